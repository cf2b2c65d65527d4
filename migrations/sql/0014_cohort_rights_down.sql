drop trigger forget_lives on cases;
drop function forget_lives();
drop policy reports on cohort_lives;
drop function acting_for_reports();
