//! R-3: the catalogue of row policies over all schemas, after all migrations.

use std::collections::BTreeSet;

use sqlx::{AssertSqlSafe, FromRow};
use testkit::TestDb;

use crate::exceptions::{ADMITTED, BORROWING, DELETABLE, NO_TENANT, NO_TENANT_POLICY};

const TENANT: &str =
    "(org_id = (NULLIF(current_setting('zvonok.org'::text, true), ''::text))::bigint)";

/// Every schema of the product, also one that comes tomorrow.
const OURS: &str =
    "n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'public')";

async fn names(test: &TestDb, query: &str) -> BTreeSet<String> {
    let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(query.replace("{ours}", OURS)))
        .fetch_all(test.admin())
        .await
        .unwrap_or_else(|it| panic!("{it}\nin\n{query}"));
    rows.into_iter().collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|&it| it.to_owned()).collect()
}

fn assert_same(found: &BTreeSet<String>, allowed: &BTreeSet<String>, what: &str) {
    let extra: Vec<_> = found.difference(allowed).collect();
    let stale: Vec<_> = allowed.difference(found).collect();
    assert!(extra.is_empty(), "{what}: {extra:?}");
    assert!(
        stale.is_empty(),
        "{what}, an exception that is no longer needed: {stale:?}"
    );
}

#[tokio::test]
async fn every_table_of_an_organisation_is_under_the_policy() {
    let test = TestDb::new().await;
    let without_tenant = names(
        &test,
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where {ours} and c.relkind in ('r', 'p') and not exists (
             select from pg_attribute a where a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped)",
    )
    .await;
    assert_same(&without_tenant, &set(NO_TENANT), "tables without org_id");

    let open = names(
        &test,
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
         where {ours} and c.relkind in ('r', 'p')
           and not (c.relrowsecurity and c.relforcerowsecurity)",
    )
    .await;
    assert!(
        open.is_empty(),
        "not under forced row level security: {open:?}"
    );
}

#[derive(FromRow)]
struct Policy {
    tbl: String,
    name: String,
    roles: Vec<String>,
    command: String,
    using: Option<String>,
    check: Option<String>,
    permissive: bool,
}

impl Policy {
    fn shown(&self) -> String {
        let roles = if self.roles.is_empty() {
            "public".to_owned()
        } else {
            self.roles.join(",")
        };
        let text = |it: &Option<String>| it.clone().unwrap_or_else(|| "-".to_owned());
        let (using, check) = (text(&self.using), text(&self.check));
        format!("{} {roles} {} {using} {check}", self.tbl, self.command)
    }
}

#[tokio::test]
async fn policies_say_exactly_what_was_agreed() {
    let test = TestDb::new().await;
    let policies: Vec<Policy> = sqlx::query_as(AssertSqlSafe(format!(
        r#"select p.polrelid::regclass::text as tbl, p.polname::text as name,
                  array(select r.rolname::text from pg_roles r where r.oid = any(p.polroles)) as roles,
                  p.polcmd::text as command, p.polpermissive as permissive,
                  pg_get_expr(p.polqual, p.polrelid) as using,
                  pg_get_expr(p.polwithcheck, p.polrelid) as "check"
           from pg_policy p join pg_class c on c.oid = p.polrelid
           join pg_namespace n on n.oid = c.relnamespace where {OURS}"#
    )))
    .fetch_all(test.admin())
    .await
    .unwrap();

    let mut admitted = BTreeSet::new();
    let mut tenant = BTreeSet::new();
    for it in policies {
        assert!(it.permissive, "{} on {}", it.name, it.tbl);
        let shown = it.shown();
        if it.name == "tenant" {
            assert_eq!(shown, format!("{} zvonok_app * {TENANT} {TENANT}", it.tbl));
            tenant.insert(it.tbl);
        } else {
            admitted.insert(shown);
        }
    }
    assert_same(&admitted, &set(ADMITTED), "policies beside the tenant's");

    // Partitions are reached through their parent alone and need none.
    let mut needing = names(
        &test,
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id' and not a.attisdropped
         where {ours} and c.relkind in ('r', 'p') and not c.relispartition",
    )
    .await;
    for table in NO_TENANT_POLICY {
        assert!(
            needing.remove(*table),
            "an exception that is no longer needed: {table}"
        );
    }
    assert_eq!(
        tenant, needing,
        "tables with the policy, and tables that need it"
    );
}

#[tokio::test]
async fn nobody_holds_a_grant_that_was_not_agreed() {
    let test = TestDb::new().await;
    let grants = "select c.oid::regclass::text || ' ' || coalesce(r.rolname, 'public')
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         cross join lateral aclexplode(c.relacl) g left join pg_roles r on r.oid = g.grantee
         where {ours} and c.relkind in ('r', 'p', 'v', 'm') and g.grantee <> c.relowner and ";

    let deletable = names(&test, &format!("{grants} g.privilege_type = 'DELETE'")).await;
    let allowed = DELETABLE
        .iter()
        .map(|(table, role)| format!("{table} {role}"))
        .collect();
    assert_same(&deletable, &allowed, "may delete");

    let more = "g.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')";
    let more = names(&test, &format!("{grants} {more}")).await;
    assert!(
        more.is_empty(),
        "may truncate, refer or make triggers: {more:?}"
    );

    let strangers = "coalesce(r.rolname, 'public') not in
        ('zvonok_app', 'zvonok_auth', 'zvonok_worker', 'zvonok_auditor')";
    let strangers = names(&test, &format!("{grants} {strangers}")).await;
    assert!(
        strangers.is_empty(),
        "grants to others than the working roles: {strangers:?}"
    );

    let partitions = names(&test, &format!("{grants} c.relispartition")).await;
    assert!(
        partitions.is_empty(),
        "grants on partitions: {partitions:?}"
    );

    let auditor = names(&test, &format!("{grants} r.rolname = 'zvonok_auditor'")).await;
    let allowed = [
        "kernel.audit zvonok_auditor",
        "kernel.history zvonok_auditor",
    ];
    assert_eq!(auditor, allowed.map(str::to_owned).into());
}

#[tokio::test]
async fn the_working_roles_own_nothing() {
    let test = TestDb::new().await;
    let owners = names(
        &test,
        "select distinct pg_get_userbyid(c.relowner)::text from pg_class c
         join pg_namespace n on n.oid = c.relnamespace where {ours}
         union select distinct pg_get_userbyid(p.proowner)::text from pg_proc p
         join pg_namespace n on n.oid = p.pronamespace where {ours}
         union select pg_get_userbyid(n.nspowner)::text from pg_namespace n where {ours}",
    )
    .await;
    assert_eq!(owners, BTreeSet::from(["zvonok_owner".to_owned()]));

    let powers = names(
        &test,
        "select rolname::text from pg_roles
         where rolname like 'zvonok\\_%' and rolname <> 'zvonok_backup'
           and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication)",
    )
    .await;
    assert!(
        powers.is_empty(),
        "roles with more power than they need: {powers:?}"
    );

    let logins = names(&test, "select rolname::text from pg_roles where rolname like 'zvonok\\_%' and (rolcanlogin or rolname = 'zvonok_login' and rolinherit)").await;
    assert_eq!(logins, BTreeSet::from(["zvonok_login".to_owned()]));
}

#[tokio::test]
async fn views_and_functions_borrow_no_rights() {
    let test = TestDb::new().await;
    let leaking = names(
        &test,
        "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where {ours} and (c.relkind = 'm' or c.relkind = 'v'
             and not coalesce(c.reloptions @> array['security_invoker=true'], false))",
    )
    .await;
    assert!(
        leaking.is_empty(),
        "views that show what their owner sees: {leaking:?}"
    );

    let borrowing = names(
        &test,
        "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where {ours} and p.prosecdef and not (n.nspname = 'kernel'
             and p.proname like 'track\\_%' and p.prorettype = 'trigger'::regtype)",
    )
    .await;
    assert_same(
        &borrowing,
        &set(BORROWING),
        "functions with their owner's rights",
    );

    let unfixed = names(
        &test,
        "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
         where {ours} and p.prosecdef and (
             not coalesce(p.proconfig @> array['search_path=pg_catalog, pg_temp'], false)
             or p.prorettype <> 'trigger'::regtype and (p.proacl is null or exists (
                 select from aclexplode(p.proacl) g where g.grantee = 0)))",
    )
    .await;
    assert!(
        unfixed.is_empty(),
        "without a fixed search_path or open to everybody: {unfixed:?}"
    );
}
