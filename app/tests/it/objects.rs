//! Real things to put into the parameters of a path.

mod cards;
mod fresh;
mod paths;
mod school;

use std::sync::atomic::{AtomicI64, Ordering};

use cards::{
    consent, document, entry, erasure, job, merge, notice, proposal, relief, remark, view, wish,
};
pub(crate) use cards::{debt, file, record, report, sheet};
pub(crate) use fresh::fresh;
pub(crate) use paths::{filled, form, parameters, query};
use school::{
    appeal, copy_and_scroll, draft_slot, exam, file_record, group, order, run, scale,
    seen_from_above, statistics_form,
};
pub(crate) use school::{came, certificate, transfer};

use crate::world::{School, World};

/// One thing of each kind, as somebody has to do with it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Things {
    pub(crate) class: i64,
    pub(crate) subject: i64,
    pub(crate) lesson: i64,
    pub(crate) pupil: i64,
    pub(crate) parent: i64,
    /// Whose data the actor may take out: the own, or the child's.
    pub(crate) person: i64,
    pub(crate) staff: i64,
    pub(crate) plan: i64,
    pub(crate) load: i64,
    pub(crate) room: i64,
    pub(crate) year: i64,
    pub(crate) account: i64,
    pub(crate) consent: i64,
    pub(crate) kinship: i64,
    /// What a family proposes, and two cards that became one.
    pub(crate) wish: i64,
    pub(crate) merge: i64,
    /// A line of the pupil's card, and one of the staff's.
    pub(crate) record: i64,
    pub(crate) work_record: i64,
    pub(crate) grant: i64,
    pub(crate) order: i64,
    pub(crate) file_record: i64,
    pub(crate) certificate: i64,
    /// Offered to the school; the pupil came by another one.
    pub(crate) transfer: i64,
    pub(crate) run: i64,
    pub(crate) job: i64,
    pub(crate) view: i64,
    pub(crate) slot: i64,
    pub(crate) document: i64,
    pub(crate) notice: i64,
    pub(crate) remark: i64,
    pub(crate) file: i64,
    pub(crate) exam: i64,
    pub(crate) scale: i64,
    pub(crate) appeal: i64,
    /// An entry of the pupil's portfolio that waits, and its file.
    pub(crate) entry: i64,
    pub(crate) scan: i64,
    /// Of the registers: the pupil is in the club and in the event, the
    /// meeting is of the class.
    pub(crate) event: i64,
    pub(crate) club: i64,
    pub(crate) meeting: i64,
    pub(crate) association: i64,
    pub(crate) item: i64,
    pub(crate) thing: i64,
    /// A preschool group, led by whoever leads the class.
    pub(crate) group: i64,
    pub(crate) debt: i64,
    pub(crate) relief: i64,
    /// Slips to print, and what waits for a second administrator.
    pub(crate) sheet: i64,
    pub(crate) proposal: i64,
    /// A frozen report and a paper of the archive, both of the class.
    pub(crate) copy: i64,
    pub(crate) scroll: i64,
    /// An act of a person's data that were destroyed.
    pub(crate) erasure: i64,
    /// A school that those above see.
    pub(crate) school: i64,
    /// A report that the actor built, open to everybody, and what the actor asked for.
    pub(crate) report: i64,
    pub(crate) request: i64,
    /// A form of federal statistics.
    pub(crate) form: i64,
}

impl Things {
    /// What belongs to one class of a school and those who teach it.
    #[expect(clippy::too_many_lines, reason = "one line for each thing")]
    pub(crate) async fn of_class(world: &World, school: &School, class: i64) -> Self {
        let org = school.org;
        let one = async |query: &str| world.number(&format!("{query} limit 1")).await;
        let lesson = one(&format!(
            "select lesson_id from schedule.lesson where org_id = {org} and class_id = {class}
             and held_on < '2026-11-20' and state = 'planned' order by held_on desc, lesson_id"
        ))
        .await;
        let of_lesson = async |column: &str| {
            one(&format!(
                "select {column} from schedule.lesson where org_id = {org} and lesson_id = {lesson}"
            ))
            .await
        };
        let subject = of_lesson("subject_id").await;
        let staff = of_lesson("teacher_id").await;
        let year = of_lesson("year_id").await;
        let pupil = pupil_of(world, org, class).await;
        let parent = one(&format!(
            "select parent_id from people.kinship where org_id = {org} and pupil_id = {pupil} and until is null
             order by parent_id"
        ))
        .await;
        let plan = one(&format!(
            "select plan_id from curriculum.plan where org_id = {org} and teacher_id = {staff} order by plan_id"
        ))
        .await;
        let load = one(&format!(
            "select load_id from curriculum.load where org_id = {org} and class_id = {class} order by load_id"
        ))
        .await;
        divide(world, org, class, subject).await;
        let account = one(&format!(
            "select account_id from identity.membership where org_id = {org} and ended_at is null
             order by person_id <> {pupil}, account_id desc"
        ))
        .await;
        let kinship = one(&format!(
            "select kinship_id from people.kinship where org_id = {org} and pupil_id = {pupil}"
        ))
        .await;
        let grant = one(&format!(
            "select grant_id from identity.role_grant where org_id = {org} and account_id = {account}"
        ))
        .await;
        let room = one(&format!(
            "select room_id from org.room where org_id = {org} order by room_id"
        ))
        .await;
        let slot = draft_slot(world, org).await;
        let mut things = Self {
            class,
            subject,
            lesson,
            pupil,
            parent,
            person: pupil,
            staff,
            plan,
            load,
            room,
            year,
            account,
            kinship,
            record: 0,
            work_record: 0,
            grant,
            slot,
            consent: 0,
            wish: 0,
            merge: 0,
            order: 0,
            file_record: 0,
            certificate: 0,
            transfer: 0,
            run: 0,
            document: 0,
            notice: 0,
            remark: 0,
            job: 0,
            file: 0,
            view: 0,
            exam: 0,
            scale: 0,
            appeal: 0,
            entry: 0,
            scan: 0,
            event: 0,
            club: 0,
            meeting: 0,
            association: 0,
            item: 0,
            thing: 0,
            group: 0,
            debt: 0,
            relief: 0,
            sheet: 0,
            proposal: 0,
            copy: 0,
            scroll: 0,
            erasure: 0,
            school: org,
            report: 0,
            request: 0,
            form: 0,
        };
        (things.report, things.request) = report(world, org, things.account).await;
        things.consent = consent(world, org, &things).await;
        things.wish = wish(world, org, &things).await;
        things.merge = merge(world, org).await;
        things.record = record(world, org, things.pupil, "review").await;
        things.work_record = record(world, org, things.staff, "work").await;
        things.order = order(world, org).await;
        things.file_record = file_record(world, org, &things).await;
        things.certificate = certificate(world, org, things.pupil).await;
        things.transfer = transfer(world, org, &things).await;
        things.run = run(world, org).await;
        things.document = document(world, org, &things).await;
        things.notice = notice(world, org, &things).await;
        things.remark = remark(world, org, &things).await;
        things.job = job(world, org).await;
        things.file = file(world, org, &things).await;
        things.debt = debt(world, org, &things).await;
        things.relief = relief(world, org, &things).await;
        things.school = seen_from_above(world, org).await;
        things.form = statistics_form(world, org, things.staff).await;
        things.sheet = sheet(world, org, things.account).await;
        things.proposal = proposal(world, org, things.account).await;
        things.erasure = erasure(world, org, &things, true).await;
        things.view = view(world, org, things.account).await;
        things.scale = scale(world, org, &things).await;
        things.group = group(world, org, &things).await;
        (things.copy, things.scroll) = copy_and_scroll(world, org, &things).await;
        things = things.with_entry(world, org).await;
        things = things.with_registers(world, org).await;
        things.with_exam(world, org).await
    }

    /// With an exam of the class that the pupil has a result of, and an appeal.
    pub(crate) async fn with_exam(mut self, world: &World, org: i64) -> Self {
        self.exam = exam(world, org, &self).await;
        self.appeal = appeal(world, org, &self).await;
        self
    }

    /// With something that the parent brought to the pupil's portfolio.
    pub(crate) async fn with_entry(mut self, world: &World, org: i64) -> Self {
        (self.entry, self.scan) = entry(world, org, &self).await;
        self
    }

    /// With a row of each register.
    pub(crate) async fn with_registers(mut self, world: &World, org: i64) -> Self {
        let (pupil, class) = (self.pupil, self.class);
        let made = async |query: &str| world.number(query).await;
        self.event = made(&format!(
            "insert into portfolio.event (org_id, name, kind, starts_on, ends_on)
             values ({org}, 'Кросс', 'sport', '2026-10-01', '2026-10-01') returning event_id"
        ))
        .await;
        self.club = made(&format!(
            "insert into portfolio.club (org_id, name, direction) values ({org}, 'Шахматы', 'sport') returning club_id"
        ))
        .await;
        self.meeting = made(&format!(
            "insert into portfolio.meeting (org_id, class_id, held_on, topic)
             values ({org}, {class}, '2026-10-01', 'Начало года') returning meeting_id"
        ))
        .await;
        self.association = made(&format!(
            "insert into portfolio.association (org_id, name) values ({org}, 'МО математиков') returning association_id"
        ))
        .await;
        self.item = made(&format!(
            "insert into portfolio.association_item (org_id, association_id, kind, held_on, title)
             values ({org}, {}, 'plan', '2026-10-01', 'Заседание') returning item_id",
            self.association,
        ))
        .await;
        self.thing = made(&format!(
            "insert into portfolio.equipment (org_id, name, kind) values ({org}, 'Проектор', 'projector')
             returning equipment_id"
        ))
        .await;
        world
            .test
            .sql(&format!(
                "insert into portfolio.event_participant (org_id, event_id, pupil_id) values ({org}, {}, {pupil});
                 insert into portfolio.club_member (org_id, club_id, pupil_id, since) values ({org}, {}, {pupil}, '2026-09-10')",
                self.event, self.club,
            ))
            .await;
        self
    }

    /// The thing that a parameter of that name wants.
    pub(crate) fn of(&self, name: &str) -> Option<i64> {
        Some(match name {
            "class" => self.class,
            "subject" => self.subject,
            "lesson" => self.lesson,
            "pupil" => self.pupil,
            "parent" => self.parent,
            "person" => self.person,
            "staff" => self.staff,
            "plan" => self.plan,
            "load" => self.load,
            "room" => self.room,
            "year" => self.year,
            "account" => self.account,
            "consent" => self.consent,
            "wish" => self.wish,
            "merge" => self.merge,
            "kinship" => self.kinship,
            "record" => self.record,
            "work_record" => self.work_record,
            "grant" => self.grant,
            "order" => self.order,
            "file_record" => self.file_record,
            "certificate" => self.certificate,
            "transfer" => self.transfer,
            "run" => self.run,
            "job" => self.job,
            "view" => self.view,
            "slot" => self.slot,
            "document" => self.document,
            "notice" => self.notice,
            "remark" => self.remark,
            "file" | "paper" => self.file,
            "exam" => self.exam,
            "scale" => self.scale,
            "appeal" => self.appeal,
            "entry" => self.entry,
            "scan" => self.scan,
            "event" => self.event,
            "club" => self.club,
            "meeting" => self.meeting,
            "association" => self.association,
            "item" => self.item,
            "thing" => self.thing,
            "group" => self.group,
            "debt" => self.debt,
            "relief" => self.relief,
            "sheet" => self.sheet,
            "proposal" => self.proposal,
            "copy" => self.copy,
            "scroll" => self.scroll,
            "erasure" => self.erasure,
            "school" => self.school,
            "report" => self.report,
            "request" => self.request,
            "form" => self.form,
            _ => return None,
        })
    }
}

/// Groups of the subject in the class: a rural class is whole for everything.
pub(crate) async fn divide(world: &World, org: i64, class: i64, subject: i64) {
    world
        .test
        .sql(&format!(
            "insert into curriculum.study_group (org_id, class_id, subject_id, part, name)
             select {org}, {class}, {subject}, part, 'Группа ' || part from generate_series(1, 2) part
             on conflict do nothing"
        ))
        .await;
}

/// A pupil whose parents are known, of no second school.
pub(crate) async fn pupil_of(world: &World, org: i64, class: i64) -> i64 {
    world
        .number(&format!(
            "select m.pupil_id from movement.class_member m
             where m.org_id = {org} and m.class_id = {class} and m.during @> date '2026-11-20'
               and exists (select from people.kinship k where k.org_id = m.org_id and k.pupil_id = m.pupil_id
                   and k.until is null)
               and not exists (select from people.kinship k join identity.membership p
                   on p.org_id = k.org_id and p.person_id = k.parent_id and p.login = 'parent'
                   where k.org_id = m.org_id and k.pupil_id = m.pupil_id)
             order by m.pupil_id limit 1"
        ))
        .await
}

fn next() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
