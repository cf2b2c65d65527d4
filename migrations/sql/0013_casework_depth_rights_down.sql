-- The tables themselves are dropped after this, and their policies and triggers with them.
drop trigger cost_is_final on plan_steps;
drop function keep_agreed_cost();
drop trigger proposed_is_final on aid_tapers;
drop trigger proposed_is_final on taper_steps;
drop function keep_agreed_taper();
