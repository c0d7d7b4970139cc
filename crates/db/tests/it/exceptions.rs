//! Exceptions from the rules of `policies.rs`. Each has a reason; the lists
//! may only shrink, and an entry that is no longer needed fails the test.

/// Tables without `org_id`: rows that belong to no organisation.
pub(crate) const NO_TENANT: &[&str] = &[
    // Which node runs a job: names of jobs and times, nothing of anybody.
    "kernel.job_tick",
    // Up to which number rows are sealed, of all organisations at once.
    "kernel.seal_round",
    // When a backup of everything was made.
    "kernel.backup",
    // An account may be a member of several organisations; only zvonok_auth
    // sees these tables.
    "identity.account",
    "identity.session",
    "identity.device",
    // So are the second factor and the identities of a provider: of a human being.
    "identity.factor",
    "identity.recovery_code",
    "identity.half_entry",
    "identity.oidc_link",
    "identity.oidc_try",
    "identity.oidc_stranger",
    // Failed sign-ins by address and login hash, before anybody is known.
    "identity.throttle",
    "identity.failed_from",
];

/// Tables with `org_id` whose policies are listed one by one below.
pub(crate) const NO_TENANT_POLICY: &[&str] = &[
    // Names and places of organisations are public (S2:4.1).
    "org.organisation",
];

/// Policies beside the tenant's: table, role, command (`*` all, `r` select,
/// `a` insert, `w` update), `using`, `with check`.
pub(crate) const ADMITTED: &[&str] = &[
    // Sign-in happens before an organisation is known.
    "identity.account zvonok_auth * true true",
    "identity.session zvonok_auth * true true",
    "identity.device zvonok_auth * true true",
    "identity.slip zvonok_auth * true true",
    "identity.factor zvonok_auth * true true",
    "identity.recovery_code zvonok_auth * true true",
    "identity.half_entry zvonok_auth * true true",
    "identity.oidc_link zvonok_auth * true true",
    "identity.oidc_try zvonok_auth * true true",
    "identity.oidc_stranger zvonok_auth * true true",
    "identity.factor_rule zvonok_auth * true -",
    // Sealed slips are forgotten after an hour, whosever they are.
    "identity.slip_sheet zvonok_auth * true -",
    "identity.membership zvonok_auth * true -",
    "identity.role_grant zvonok_auth * true -",
    "kernel.audit zvonok_auth a - true",
    // The functions of `BORROWING` run with the owner's rights.
    "identity.account zvonok_owner * true true",
    "identity.session zvonok_owner * true -",
    "identity.factor zvonok_owner * true -",
    "identity.recovery_code zvonok_owner * true -",
    "identity.device zvonok_owner * true -",
    "identity.half_entry zvonok_owner * true -",
    "identity.oidc_link zvonok_owner * true -",
    "identity.proposal zvonok_owner r true -",
    "identity.membership zvonok_owner r true -",
    "identity.role_grant zvonok_owner r true -",
    "identity.saved_view zvonok_owner r true -",
    "identity.right_rule zvonok_owner r true -",
    // Limited data of the staff below: even the owner sees no other rows.
    "people.staff zvonok_owner r (org_id IN ( SELECT org.below() AS below)) -",
    "people.person zvonok_owner r (org_id IN ( SELECT org.below() AS below)) -",
    "portfolio.attestation zvonok_owner r (org_id IN ( SELECT org.below() AS below)) -",
    // Figures of forms that schools below handed in (ADR 0023), and the days by
    // which forms are due: public.
    "forms.form zvonok_owner r (org_id IN ( SELECT org.below() AS below)) -",
    "forms.correction zvonok_owner r (org_id IN ( SELECT org.below() AS below)) -",
    "forms.submission zvonok_owner r (org_id IN ( SELECT org.below() AS below)) -",
    "forms.due zvonok_app r true -",
    // Two schools have a part in a transfer: the accepting one reads its row,
    // asks and answers; the extract it reads while the offer stands (ADR 0024).
    "movement.transfer zvonok_app r (to_org = kernel.org()) -",
    "movement.transfer zvonok_app w (to_org = kernel.org()) (to_org = kernel.org())",
    "movement.transfer zvonok_app a - ((to_org = kernel.org()) AND (state = 'asked'::text))",
    "movement.transfer_extract zvonok_app r (EXISTS ( SELECT\n   FROM movement.transfer t\n  WHERE ((t.transfer_id = transfer_extract.transfer_id) AND (t.to_org = kernel.org()) AND (t.state = ANY (ARRAY['offered'::text, 'accepted'::text, 'enrolled'::text]))))) -",
    // What a school reads of the dictionaries above it.
    "people.dictionary_rule zvonok_owner r true -",
    "people.dictionary_value zvonok_owner r true -",
    // So do the triggers that write the history.
    "kernel.history zvonok_owner a - true",
    "kernel.audit zvonok_auditor r true -",
    // The sealer asks where rows are: the columns audit_id and org_id; rows of
    // nobody it reads by a function.
    "kernel.audit zvonok_worker r true -",
    "kernel.audit zvonok_owner r (org_id IS NULL) -",
    "kernel.seal zvonok_worker * true true",
    "kernel.history zvonok_auditor r true -",
    // Rules and days off of a region hold for all below it and are public papers.
    "deadlines.rule zvonok_app r true -",
    "deadlines.day zvonok_app r true -",
    "deadlines.act zvonok_app r true -",
    "deadlines.week zvonok_app r true -",
    // So do the terms of keeping.
    "privacy.term zvonok_app r true -",
    // When they decided: a moment, so that those below are looked at again.
    "deadlines.decided zvonok_app r true -",
    "deadlines.decided zvonok_worker * true true",
    "deadlines.unit_owed zvonok_worker * true true",
    // Workers find out where something changed: the columns org_id, tbl and at.
    "kernel.history zvonok_worker r true -",
    "deadlines.look zvonok_worker * true true",
    "deadlines.reminder zvonok_worker * true true",
    // A node asks at its start whether its master keys open every data key.
    "kernel.org_key zvonok_worker r true -",
    // Workers deliver and run for all organisations.
    "kernel.outbox zvonok_worker * true true",
    "kernel.job_run zvonok_worker * true true",
    "messaging.letter zvonok_worker * true true",
    "intake.upload zvonok_worker * true true",
    "intake.run zvonok_worker * true true",
    "org.organisation public r true -",
    "org.organisation zvonok_app w (org_id = (NULLIF(current_setting('zvonok.org'::text, true), ''::text))::bigint) -",
    "org.organisation zvonok_worker a - true",
];

/// Tables whose rows the role may delete.
pub(crate) const DELETABLE: &[(&str, &str)] = &[
    // Events delivered and ticks taken are forgotten after a while.
    ("kernel.outbox", "zvonok_worker"),
    ("kernel.job_tick", "zvonok_worker"),
    // Sessions end, devices are forgotten, counters run out.
    ("identity.session", "zvonok_auth"),
    ("identity.device", "zvonok_auth"),
    // A factor is taken away by its owner, entries and sheets are over soon.
    ("identity.factor", "zvonok_auth"),
    ("identity.recovery_code", "zvonok_auth"),
    ("identity.half_entry", "zvonok_auth"),
    ("identity.oidc_link", "zvonok_auth"),
    ("identity.oidc_try", "zvonok_auth"),
    ("identity.oidc_stranger", "zvonok_auth"),
    ("identity.slip_sheet", "zvonok_app"),
    ("identity.slip_sheet", "zvonok_auth"),
    ("identity.throttle", "zvonok_auth"),
    ("identity.failed_from", "zvonok_auth"),
    // Who takes part changes until it has been.
    ("portfolio.association_member", "zvonok_app"),
    ("portfolio.event_participant", "zvonok_app"),
    // A built report and its letters go when their owner wants it; a corrected
    // figure may become the counted one again. The history of each stays.
    ("builder.report", "zvonok_app"),
    ("builder.schedule", "zvonok_app"),
    ("forms.correction", "zvonok_app"),
    // The words that people are found by follow their names and phones.
    ("people.search_word", "zvonok_app"),
    // A card entered by mistake goes with all that hangs on it (an import is
    // reverted within a day), but for its consents, which become void; a
    // restricted value goes with its consent. The history of each stays.
    ("people.person", "zvonok_app"),
    ("people.staff", "zvonok_app"),
    ("people.pupil", "zvonok_app"),
    ("people.parent", "zvonok_app"),
    ("people.kinship", "zvonok_app"),
    ("people.restricted_field", "zvonok_app"),
    // Forms of a name that the rules write as well; «two people» taken back.
    ("people.name_forms", "zvonok_app"),
    ("people.not_duplicate", "zvonok_app"),
    // What is kept of a person goes when its time is over (152-FZ).
    ("kernel.file", "zvonok_app"),
    ("identity.slip", "zvonok_app"),
    ("journal.absence_document", "zvonok_app"),
    ("journal.absence_file", "zvonok_app"),
    ("journal.absence_notice", "zvonok_app"),
    ("journal.notice_file", "zvonok_app"),
    ("journal.answer", "zvonok_app"),
    ("journal.answer_file", "zvonok_app"),
    ("messaging.letter", "zvonok_app"),
    ("messaging.unreachable", "zvonok_app"),
    ("messaging.wish", "zvonok_app"),
    ("people.record", "zvonok_app"),
    ("people.consent_file", "zvonok_app"),
    ("portfolio.entry", "zvonok_app"),
    ("portfolio.entry_file", "zvonok_app"),
    ("privacy.erasure", "zvonok_app"),
    // What was uploaded goes when it is written or too old.
    ("intake.upload", "zvonok_app"),
    ("intake.upload", "zvonok_worker"),
    // Which classes write an exam that has no results yet.
    ("exams.exam_class", "zvonok_app"),
    // A data key goes when nothing is sealed with it any more.
    ("kernel.org_key", "zvonok_app"),
    // A view of a list is its keeper's to remove.
    ("identity.saved_view", "zvonok_app"),
    // What nothing refers to yet; foreign keys keep the rest.
    ("curriculum.period", "zvonok_app"),
    ("curriculum.holiday", "zvonok_app"),
    ("curriculum.subject", "zvonok_app"),
    ("curriculum.class", "zvonok_app"),
    ("curriculum.study_group", "zvonok_app"),
    ("curriculum.group_member", "zvonok_app"),
    ("curriculum.load", "zvonok_app"),
    ("curriculum.plan", "zvonok_app"),
    ("curriculum.plan_item", "zvonok_app"),
    ("curriculum.plan_use", "zvonok_app"),
    // Where classes and pupils go in the coming year, until it is closed.
    ("rollover.class_move", "zvonok_app"),
    ("rollover.exception", "zvonok_app"),
    // Who waits for a class, until an order names one; rebuilt from the orders.
    ("movement.unplaced", "zvonok_app"),
    // The line of an enrolment whose import was reverted.
    ("movement.file_record", "zvonok_app"),
    // The own side of a transfer goes with the draft of its order.
    ("movement.departure", "zvonok_app"),
    ("movement.arrival", "zvonok_app"),
    // Drafts; a trigger refuses to delete what was issued.
    ("movement.\"order\"", "zvonok_app"),
    ("movement.order_pupil", "zvonok_app"),
    // Follows from the orders and is derived anew.
    ("movement.class_member", "zvonok_app"),
    // A timetable that is being drawn up.
    ("schedule.bell", "zvonok_app"),
    ("schedule.slot", "zvonok_app"),
    // A day off that was entered by mistake.
    ("deadlines.day", "zvonok_app"),
    // An act of the government that was entered by mistake; the history keeps it.
    ("deadlines.act", "zvonok_app"),
    // Copies of counts that a school tells those above it, written anew.
    ("deadlines.unit_school", "zvonok_app"),
    ("deadlines.unit_state", "zvonok_app"),
    ("deadlines.unit_month", "zvonok_app"),
    ("deadlines.unit_owed", "zvonok_app"),
    // The pupil's own tick «сделано», taken away again.
    ("journal.homework_done", "zvonok_app"),
];

/// Functions that run with their owner's rights, beside the history's
/// triggers. Each checks by itself whom it answers.
pub(crate) const BORROWING: &[&str] = &[
    // What schools below handed in, by `org.below()`.
    "forms.figures_below(text,smallint,text,bigint)",
    "forms.sums_below(text,smallint,text[],bigint[])",
    "forms.submitted_below(text,smallint)",
    "identity.known_by(bytea,timestamp with time zone)",
    "kernel.audit_of_nobody(bigint,bigint,bigint)",
    "identity.rights_book()",
    "identity.open_accounts(text[])",
    "identity.account_of(text)",
    "identity.standing()",
    "identity.last_used()",
    "identity.forget_passwords(bigint[])",
    "identity.forget_account(bigint)",
    // Whoever makes backups reads everything and changes nothing but this.
    "kernel.record_backup(text,timestamp with time zone,bigint,text)",
    // Dictionaries of those above hold for a school.
    "people.dictionaries()",
    "identity.factors()",
    "identity.forget_factor(bigint)",
    "identity.sessions_of(bigint,timestamp with time zone)",
    "identity.end_sessions_of(bigint,bigint)",
    "identity.open_sessions(timestamp with time zone)",
    "identity.look_as(bytea,bigint,bigint,timestamp with time zone)",
    "identity.administrators_of(bigint)",
    "identity.visits_below(timestamp with time zone)",
    "people.staff_below(date)",
    "portfolio.attestation_below()",
    "identity.proposals_below(timestamp with time zone)",
    "identity.proposal_below(bigint,timestamp with time zone)",
];
