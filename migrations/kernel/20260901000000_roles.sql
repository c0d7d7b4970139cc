-- The roles of the cluster. None but zvonok_login can log in, and that one
-- owns nothing and inherits nothing: it steps into a role per transaction.
--
-- Roles are shared by all databases of a cluster, so several migrations may
-- come here at once: whoever is second finds them there and goes on.
do $$
declare
    wanted constant text[][] := array[
        ['zvonok_owner',   'nologin'],
        ['zvonok_app',     'nologin'],
        ['zvonok_auth',    'nologin'],
        ['zvonok_worker',  'nologin'],
        ['zvonok_auditor', 'nologin'],
        ['zvonok_backup',  'nologin bypassrls'],
        ['zvonok_login',   'login noinherit']
    ];
    granted constant text[][] := array[
        ['zvonok_app',       'zvonok_login'],
        ['zvonok_auth',      'zvonok_login'],
        ['zvonok_worker',    'zvonok_login'],
        ['pg_read_all_data', 'zvonok_backup']
    ];
begin
    for i in 1 .. array_length(wanted, 1) loop
        if not exists (select from pg_roles where rolname = wanted[i][1]) then
            begin
                execute format('create role %I %s', wanted[i][1], wanted[i][2]);
            exception
                when duplicate_object or unique_violation then null;
                when insufficient_privilege then
                    raise exception 'the role % is missing and % may not create it', wanted[i][1], current_user
                        using errcode = 'insufficient_privilege',
                              hint = 'let a superuser run «zvonok migrate» once, or create the roles as docs/ops/database.md says';
            end;
        end if;
    end loop;
    for i in 1 .. array_length(granted, 1) loop
        if not exists (
            select from pg_auth_members m
            join pg_roles r on r.oid = m.roleid
            join pg_roles g on g.oid = m.member
            where r.rolname = granted[i][1] and g.rolname = granted[i][2]
        ) then
            begin
                execute format('grant %I to %I', granted[i][1], granted[i][2]);
            exception
                when unique_violation or internal_error then null;
                when insufficient_privilege then
                    raise exception '% may not grant % to %', current_user, granted[i][1], granted[i][2]
                        using errcode = 'insufficient_privilege',
                              hint = 'let a superuser run «zvonok migrate» once, or create the roles as docs/ops/database.md says';
            end;
        end if;
    end loop;
end $$;
