//! Exceptions from the rules of `policies.rs`. Each has a reason; the lists
//! may only shrink, and an entry that is no longer needed fails the test.

/// Tables without `org_id`: rows that belong to no organisation.
pub(crate) const NO_TENANT: &[&str] = &[
    // Which node runs a job: names of jobs and times, nothing of anybody.
    "kernel.job_tick",
];

/// Policies beside the tenant's: table, role, and what for.
pub(crate) const ADMITTED: &[(&str, &str)] = &[
    // Sign-ins are recorded before an organisation is known.
    ("kernel.audit", "zvonok_auth"),
    ("kernel.audit", "zvonok_auditor"),
    ("kernel.history", "zvonok_auditor"),
    // The history's triggers write with the owner's rights.
    ("kernel.history", "zvonok_owner"),
    // Workers deliver and run for all organisations.
    ("kernel.outbox", "zvonok_worker"),
    ("kernel.job_run", "zvonok_worker"),
];

/// Tables whose rows the role may delete.
pub(crate) const DELETABLE: &[(&str, &str)] = &[
    // Events delivered and ticks taken are forgotten after a while.
    ("kernel.outbox", "zvonok_worker"),
    ("kernel.job_tick", "zvonok_worker"),
];
