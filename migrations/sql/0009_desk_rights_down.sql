-- Back to the rights of 0007: every table here is new, and a dropped table takes its own along.

do $$
declare
    protected text;
begin
    foreach protected in array array['contact_choices', 'notifications', 'messages', 'photo_parts', 'answer_links',
        'letters'] loop
        execute format('drop policy jobs on %I', protected);
    end loop;
    foreach protected in array array['saved_filters', 'contact_choices', 'notifications', 'photo_parts'] loop
        execute format('drop policy own on %I', protected);
    end loop;
    foreach protected in array array['saved_filters', 'contact_choices', 'notifications', 'messages', 'photo_parts',
        'answer_links', 'letters'] loop
        execute format('alter table %I disable row level security, no force row level security', protected);
    end loop;
end
$$;
drop policy office on letters;
drop policy count_messages on messages;
drop function messages_in(text);
revoke select (email) on users from kessos_jobs;
revoke all on saved_filters, contact_choices, notifications, messages, photo_parts, answer_links, letters
    from kessos_app, kessos_jobs;
