//! Things made anew for requests that use them up.

use super::{
    Things,
    cards::{
        consent, debt, document, erasure, file, grant, job, kinship, merge, notice, proposal,
        record, relief, remark, report, sheet, slip, spare_session, view, wish,
    },
    paths::parameters,
    school::{draft_slot, load, order, run, statistics_form, transfer},
};
use crate::{
    actors::{Actor, Standing},
    world::World,
};

/// Things that the request may use up are made anew for it.
pub(crate) async fn fresh(
    world: &World,
    actor: &Actor,
    path: &str,
) -> (Things, Option<(String, String)>) {
    let mut things = actor.things;
    let org = world.own.org;
    let mut extra = None;
    for name in parameters(path) {
        match name.as_str() {
            "merge" => things.merge = merge(world, org).await,
            "wish" => things.wish = wish(world, org, &things).await,
            "consent" => things.consent = consent(world, org, &things).await,
            "kinship" => things.kinship = kinship(world, org, &things).await,
            "record" => things.record = record(world, org, things.pupil, "review").await,
            "work_record" => {
                things.work_record = record(world, org, things.staff, "work").await;
            }
            "grant" => things.grant = grant(world, org, &things).await,
            "order" => things.order = order(world, org).await,
            "transfer" => things.transfer = transfer(world, org, &things).await,
            "run" => things.run = run(world, org).await,
            "job" => things.job = job(world, org).await,
            "view" => things.view = view(world, org, actor.account).await,
            "report" | "request" if actor.standing == Standing::Member => {
                (things.report, things.request) = report(world, org, actor.account).await;
            }
            "slot" => things.slot = draft_slot(world, org).await,
            "document" => things.document = document(world, org, &things).await,
            "notice" => things.notice = notice(world, org, &things).await,
            "remark" => things.remark = remark(world, org, &things).await,
            "load" => things.load = load(world, org, &things).await,
            "file" | "paper" => things.file = file(world, org, &things).await,
            "exam" => things = things.with_exam(world, org).await,
            "entry" => things = things.with_entry(world, org).await,
            "event" | "club" => things = things.with_registers(world, org).await,
            "debt" => things.debt = debt(world, org, &things).await,
            "relief" => things.relief = relief(world, org, &things).await,
            "form" => things.form = statistics_form(world, org, things.staff).await,
            "proposal" => things.proposal = proposal(world, org, things.account).await,
            "erasure" => things.erasure = erasure(world, org, &things, false).await,
            "sheet" if actor.standing == Standing::Member => {
                things.sheet = sheet(world, org, actor.account).await;
            }
            // With the own eyes nobody needs to look; the session stays as it is.
            "account" if path.ends_with("/look") && actor.standing == Standing::Member => {
                things.account = actor.account;
            }
            "session" if path.contains("/{account}/") => {
                extra = Some((name, spare_session(world, things.account).await));
            }
            "session" if actor.account != 0 => {
                extra = Some((name, spare_session(world, actor.account).await));
            }
            "code" => extra = Some((name, slip(world, org, &things).await)),
            _ => {}
        }
    }
    (things, extra)
}
