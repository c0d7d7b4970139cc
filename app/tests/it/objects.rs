//! Real things to put into the parameters of a path.

use std::sync::atomic::{AtomicI64, Ordering};

use crate::{
    actors::{Actor, Standing},
    world::{PROBE, School, World, digest},
};

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

/// What the path needs besides, as a query; the names in it are those of a path.
pub(crate) fn query(path: &str) -> &'static str {
    match path {
        "/journal/remarks/new" => "?lesson={lesson}",
        "/journal/{class}/{subject}/changes" => "?since=1763600000000",
        "/journal/{class}/{subject}/stream" => "?once=true",
        "/journal/cell" | "/journal/corrections/new" => "?lesson={lesson}&pupil={pupil}",
        "/people/consents/new" => "?person={pupil}",
        "/people/parents/new" => "?child={pupil}",
        "/people/pupils/{id}/records/new" => "?kind=review",
        "/people/staff/{id}/records/new" => "?kind=work",
        "/people/pupils/{id}/restricted"
        | "/people/parents/{id}/restricted"
        | "/people/staff/{id}/restricted" => "?purpose=file",
        "/movement/orders/new" => "?type=enrolment",
        "/timetable" | "/timetable/print" => "?class={class}",
        _ => "",
    }
}

/// What a form has to say before it is looked at.
pub(crate) fn form(path: &str) -> &'static str {
    match path {
        "/o/{org}/reports/copies" => "kind=teacher&query=period=quarter-1",
        "/o/{org}/reports/archive/journal" => "class={class}&period=quarter-1",
        "/o/{org}/views" => "place=/people/pupils&name=5А&query=q%3Dx",
        "/o/{org}/people/consents/new" => "person={pupil}",
        "/o/{org}/settings/directories/{dictionary}" => "act=add&name=Вожатый",
        "/o/{org}/journal/finals/ops" | "/o/{org}/reports/parent-letter/send" => "class={class}",
        "/my/diary/finals" => "slot=year&seen=0",
        "/o/{org}/journal/corrections/new" => "lesson={lesson}&pupil={pupil}&wanted=5&reason=x",
        "/o/{org}/people/parents/new" => "child={pupil}",
        "/o/{org}/movement/orders/new" | "/o/{org}/movement/orders/{id}/edit" => "type=enrolment",
        "/o/{org}/reports/forms/{form}/cell" | "/hub/{org}/forms/sum/cell" => "at=2.5/01/3",
        "/o/{org}/reports/forms" => "form=osh-9",
        "/hub/{org}/forms/{school}" => "decision=accepted&number=0",
        "/o/{org}/journal/cell" => "lesson={lesson}&pupil={pupil}",
        "/o/{org}/movement/alphabet/format" => "format=slash",
        "/o/{org}/timetable/edit/slots/{slot}/move" => "day=1&number=1",
        "/o/{org}/journal/remarks/new" => "lesson={lesson}",
        "/o/{org}/journal/lesson/{lesson}/homework/answers/{pupil}" => "state=accepted&version=1",
        _ => "",
    }
}

/// The parameter `{id}` is called by what it is of, and so are those that
/// two domains call the same.
fn named(path: &str) -> String {
    path.replace("/pupils/{id}", "/pupils/{pupil}")
        .replace("/parents/{id}", "/parents/{parent}")
        .replace("/staff/{id}", "/staff/{staff}")
        .replace(
            "/staff/{staff}/records/{record}",
            "/staff/{staff}/records/{work_record}",
        )
        .replace("/consents/{id}", "/consents/{consent}")
        .replace("/scans/{scan}", "/scans/{paper}")
        .replace("/people/proposals/{proposal}", "/people/proposals/{wish}")
        .replace("/cards/proposals/{proposal}", "/cards/proposals/{wish}")
        .replace("/orders/{id}", "/orders/{order}")
        .replace("/alphabet/{id}", "/alphabet/{file_record}")
        .replace("/certificates/{id}", "/certificates/{certificate}")
        .replace("/transfers/{id}", "/transfers/{transfer}")
        .replace("/documents/{id}/print", "/documents/{certificate}/print")
}

/// The names of the parameters of a path but that of the organisation.
pub(crate) fn parameters(path: &str) -> Vec<String> {
    let path = named(path);
    let parts = path
        .split('{')
        .skip(1)
        .filter_map(|it| it.split('}').next());
    parts.filter(|it| *it != "org").map(str::to_owned).collect()
}

/// The path with real things in place of its parameters. `except` takes the
/// last parameter from somewhere else.
pub(crate) fn filled(
    path: &str,
    code: &str,
    things: &Things,
    extra: &dyn Fn(&str) -> Option<String>,
) -> String {
    let path = named(path);
    let mut out = String::new();
    let mut rest = path.as_str();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a parameter ends");
        let value = extra(name).unwrap_or_else(|| match name {
            "org" => code.to_owned(),
            "kind" => "pupils".to_owned(),
            "rule" => "R-6.6".to_owned(),
            "dictionary" => "post".to_owned(),
            "role" => "teacher".to_owned(),
            "step" => "classes".to_owned(),
            "*name" => "app.css".to_owned(),
            "code" => "abcdefghjkmn".to_owned(),
            "session" | "letter" => "1".to_owned(),
            "token" => "1-1-00-journal.marks".to_owned(),
            name => things
                .of(name)
                .unwrap_or_else(|| panic!("what is {name} in {path}?"))
                .to_string(),
        });
        out.push_str(before);
        out.push_str(&value);
        rest = after;
    }
    out + rest
}

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

async fn consent(world: &World, org: i64, it: &Things) -> i64 {
    let about = format!(
        "org_id = {org} and subject_id = {} and kind = 'notices'",
        it.pupil
    );
    world
        .test
        .sql(&format!("update people.consent set withdrawn_on = signed_on where {about} and withdrawn_on is null"))
        .await;
    world
        .number(&format!(
            "insert into people.consent (org_id, subject_id, given_by, kind, signed_on)
             values ({org}, {}, {}, 'notices', '2026-09-01') returning consent_id",
            it.pupil, it.parent,
        ))
        .await
}

/// Two cards of one parent that became one.
async fn merge(world: &World, org: i64) -> i64 {
    let parent = async |merged: &str| {
        world
            .number(&format!(
                "insert into people.person (org_id, last_name, first_name, search_key, merged_into)
                 values ({org}, 'Дубль', 'Вера', 'дубль вера', {merged}) returning person_id"
            ))
            .await
    };
    let kept = parent("null").await;
    world
        .test
        .sql(&format!(
            "insert into people.parent (org_id, person_id) values ({org}, {kept})"
        ))
        .await;
    let gone = parent(&kept.to_string()).await;
    world
        .number(&format!(
            "insert into people.merge (org_id, kept_id, gone_id, way_back, merged_by, merged_at)
             values ({org}, {kept}, {gone}, '{{\"version\": 1, \"before\":
                     {{\"last_name\": \"Дубль\", \"first_name\": \"Вера\"}},
                     \"roles\": {{\"parent\": {{\"org_id\": {org}, \"person_id\": {gone},
                     \"education\": \"\", \"workplace\": \"\", \"job\": \"\", \"work_phone\": \"\", \"version\": 1}}}}}}',
                     {kept}, kernel.now()) returning merge_id"
        ))
        .await
}

/// What the parent proposes to change in the card of the pupil.
async fn wish(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into people.proposal (org_id, subject_id, card, proposed_by, changes)
             values ({org}, {}, 'pupils', {}, '[{{\"field\": \"mobile\", \"old\": \"\", \"new\": \"+79181234567\"}}]')
             returning proposal_id",
            it.pupil, it.parent,
        ))
        .await
}

/// A line of a card.
pub(crate) async fn record(world: &World, org: i64, person: i64, kind: &str) -> i64 {
    world
        .number(&format!(
            "insert into people.record (org_id, person_id, kind, title)
             values ({org}, {person}, '{kind}', 'запись {}') returning record_id",
            next(),
        ))
        .await
}

async fn kinship(world: &World, org: i64, it: &Things) -> i64 {
    let person = world
        .number(&format!(
            "insert into people.person (org_id, last_name, first_name, search_key)
             values ({org}, 'Опекун', 'Вера', 'опекун вера') returning person_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into people.parent (org_id, person_id) values ({org}, {person})"
        ))
        .await;
    world
        .number(&format!(
            "insert into people.kinship (org_id, parent_id, pupil_id, kind)
             values ({org}, {person}, {}, 'guardian') returning kinship_id",
            it.pupil,
        ))
        .await
}

/// A view that the account keeps of a list.
async fn view(world: &World, org: i64, account: i64) -> i64 {
    world
        .number(&format!(
            "insert into identity.saved_view (org_id, account_id, place, name, query)
             values ({org}, {account}, '/people/pupils', 'вид {}', 'q=x') returning view_id",
            next(),
        ))
        .await
}

/// A report that the account built, and a request of whoever it is.
pub(crate) async fn report(world: &World, org: i64, account: i64) -> (i64, i64) {
    let of = format!(
        "from identity.membership m where m.org_id = {org} and m.account_id = {account}
          order by m.ended_at is not null, m.person_id limit 1"
    );
    let report = world
        .number(&format!(
            "insert into builder.report (org_id, owner_id, account_id, title, definition, shared)
             select m.org_id, m.person_id, m.account_id, 'Отчёт {}',
                    '{{\"source\": \"pupils\", \"columns\": [\"class\", \"name\"]}}', '{{director,deputy,admin,secretary,teacher}}'
             {of} returning report_id",
            next(),
        ))
        .await;
    let request = world
        .number(&format!(
            "insert into builder.request (org_id, asked_by, text, due_on)
             select m.org_id, m.person_id, 'Кто едет', '2026-12-01' {of} returning request_id"
        ))
        .await;
    (report, request)
}

/// A job of nobody in particular, which waits.
async fn job(world: &World, org: i64) -> i64 {
    world
        .number(&format!(
            "insert into kernel.job_run (org_id, kind, title, params)
             values ({org}, 'intake.commit', 'список.xlsx', '{{}}') returning run_id"
        ))
        .await
}

/// A group of the teacher who leads the class.
async fn group(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into curriculum.class (org_id, year_id, grade, letter, teacher_id)
             select {org}, year_id, 0, 'Группа {}', teacher_id from curriculum.class
              where org_id = {org} and class_id = {} returning class_id",
            next(),
            it.class,
        ))
        .await
}

/// A scale of the subject.
async fn scale(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into exams.scale (org_id, year_id, kind, subject_id, name, max_primary)
             values ({org}, {}, 'vpr', {}, 'шкала {}', 30) returning scale_id",
            it.year,
            it.subject,
            next(),
        ))
        .await
}

/// An exam of the class with a result of the pupil.
async fn exam(world: &World, org: i64, it: &Things) -> i64 {
    let exam = world
        .number(&format!(
            "insert into exams.exam (org_id, year_id, kind, subject_id, grade, held_on, max_primary)
             select {org}, year_id, 'vpr', {}, grade, '2026-11-10', 30 from curriculum.class
              where org_id = {org} and class_id = {} returning exam_id",
            it.subject, it.class,
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into exams.exam_class (org_id, exam_id, class_id) values ({org}, {exam}, {});
             insert into exams.result (org_id, exam_id, pupil_id, class_id, turnout, primary_score, mark, set_by, set_at)
             values ({org}, {exam}, {}, {}, 'present', 20, 4, {}, '2026-11-11')",
            it.class, it.pupil, it.class, it.staff,
        ))
        .await;
    exam
}

/// An entry of the portfolio that the parent brought, with a file.
async fn entry(world: &World, org: i64, it: &Things) -> (i64, i64) {
    let entry = world
        .number(&format!(
            "insert into portfolio.entry (org_id, pupil_id, kind, title, held_on, proposed_by)
             values ({org}, {}, 'sport', 'Кросс', '2026-10-10', {}) returning entry_id",
            it.pupil, it.parent,
        ))
        .await;
    let scan = file(world, org, it).await;
    world
        .test
        .sql(&format!(
            "insert into portfolio.entry_file (org_id, entry_id, file_id, name, size, added_by)
             values ({org}, {entry}, {scan}, 'диплом.pdf', 10, {})",
            it.parent,
        ))
        .await;
    (entry, scan)
}

/// An appeal against that result that waits.
async fn appeal(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into exams.appeal (org_id, exam_id, pupil_id, about, filed_on)
             values ({org}, {}, {}, 'score', '2026-11-12') returning appeal_id",
            it.exam, it.pupil,
        ))
        .await
}

async fn grant(world: &World, org: i64, it: &Things) -> i64 {
    let about = format!(
        "org_id = {org} and account_id = {} and role = 'moderator'",
        it.account
    );
    let end = format!(
        "update identity.role_grant set ended_at = granted_at where {about} and ended_at is null"
    );
    world.test.sql(&end).await;
    world
        .number(&format!(
            "insert into identity.role_grant (org_id, account_id, role) values ({org}, {}, 'moderator')
             returning grant_id",
            it.account,
        ))
        .await
}

async fn order(world: &World, org: i64) -> i64 {
    world
        .number(&format!(
            "insert into movement.order (org_id, kind, year, ordered_on, effective_on, basis)
             values ({org}, 'enrolment', 2026, '2026-11-20', '2026-11-20', 'проба') returning order_id"
        ))
        .await
}

async fn file_record(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into movement.file_record (org_id, pupil_id, letter, number, enrolled_by)
             values ({org}, {}, 'Я', 'Я/' || 1000 + (select count(*) from movement.file_record), {})
             returning record_id",
            it.pupil, it.order,
        ))
        .await
}

/// A transfer from the ministry, which is no school: of the schools of these
/// tests only the one that is asked about has a part in it. The pupil came by
/// another transfer before.
pub(crate) async fn transfer(world: &World, org: i64, it: &Things) -> i64 {
    came(world, org, it.pupil, it.order).await;
    offered(world, org, "offered").await
}

async fn offered(world: &World, org: i64, state: &str) -> i64 {
    let extract = serde_json::to_string(&movement::Extract::default()).unwrap();
    let id = world
        .number(&format!(
            "insert into movement.transfer (org_id, to_org, state, by_request, last_name, first_name, due_on,
                 offered_at, enrolled_on)
             select org_id, {org}, '{state}', false, 'Новиков', 'Олег', '2026-11-25', kernel.now(),
                    case when '{state}' = 'enrolled' then date '2026-11-01' end
             from org.organisation where parent_id is null
             returning transfer_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into movement.transfer_extract (org_id, transfer_id, content)
             select org_id, transfer_id, '{extract}' from movement.transfer where transfer_id = {id}"
        ))
        .await;
    id
}

/// The pupil came by a transfer.
pub(crate) async fn came(world: &World, org: i64, pupil: i64, order: i64) {
    let id = offered(world, org, "enrolled").await;
    world
        .test
        .sql(&format!(
            "insert into movement.arrival (org_id, transfer_id, from_org, pupil_id, order_id)
             select {org}, transfer_id, org_id, {pupil}, {order}
             from movement.transfer where transfer_id = {id}"
        ))
        .await;
}

/// A certificate in force.
pub(crate) async fn certificate(world: &World, org: i64, pupil: i64) -> i64 {
    world
        .number(&format!(
            "insert into movement.certificate (org_id, kind, state, pupil_id, asked_by, year, number, issued_at)
             select {org}, 'study', 'issued', {pupil}, {pupil}, 2026, 1000 + count(*), kernel.now()
             from movement.certificate returning certificate_id"
        ))
        .await
}

async fn run(world: &World, org: i64) -> i64 {
    world
        .number(&format!(
            "insert into intake.run (org_id, kind, file_name, creates, updates, skips, errors, started_name)
             values ({org}, 'pupils', 'ученики.csv', 1, 0, 0, 0, 'Секретарь') returning run_id"
        ))
        .await
}

async fn load(world: &World, org: i64, it: &Things) -> i64 {
    let day = next();
    world
        .number(&format!(
            "insert into curriculum.load (org_id, year_id, class_id, subject_id, teacher_id, hours_a_week, valid)
             select {org}, {}, {}, {}, {}, 1, daterange(d, d + 1)
             from (select date '2020-01-01' + {day}::int as d) it returning load_id",
            it.year, it.class, it.subject, it.staff,
        ))
        .await
}

/// An hour of the draft of the timetable; the draft is begun where there is none.
async fn draft_slot(world: &World, org: i64) -> i64 {
    let draft =
        format!("select version_id from schedule.version where org_id = {org} and state = 'draft'");
    world
        .test
        .sql(&format!(
            "insert into schedule.version (org_id, year_id, valid)
             select org_id, year_id, valid from schedule.version v
             where org_id = {org} and state = 'published' and not exists ({draft})"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into schedule.slot
                 (org_id, version_id, weekday, number, shift, class_id, group_id, parts, subject_id, teacher_id)
             select s.org_id, ({draft}), s.weekday, s.number, s.shift, s.class_id, s.group_id, s.parts, s.subject_id,
                 s.teacher_id
             from schedule.slot s
             where s.org_id = {org} and s.version_id <> ({draft})
               and not exists (select from schedule.slot o where o.org_id = s.org_id and o.version_id = ({draft}))
             order by s.slot_id limit 1"
        ))
        .await;
    world
        .number(&format!(
            "select min(slot_id) from schedule.slot where org_id = {org} and version_id = ({draft})"
        ))
        .await
}

/// A frozen report of the class and a paper of the archive, with the probe as their files.
async fn copy_and_scroll(world: &World, org: i64, it: &Things) -> (i64, i64) {
    let (class, staff) = (it.class, it.staff);
    let file = world
        .number(&format!(
            "insert into kernel.file (org_id, name, media_type, size, sha256, store_path)
             values ({org}, 'probe.pdf', 'application/pdf', 5, sha256('probe'), '{PROBE}') returning file_id"
        ))
        .await;
    let copy = world
        .number(&format!(
            "with run as (
                 insert into reporting.report_run
                     (org_id, kind, params, year, period, class_id, output, made_by, made_name, data_at, state)
                 values ({org}, 'class-results', '{{\"class\":\"{class}\",\"period\":\"quarter-1\"}}', 2026,
                         'quarter-1', {class}, 'copy', {staff}, 'Проба П. П.', '2026-10-26', 'final')
                 returning run_id)
             insert into reporting.frozen (org_id, run_id, place, edition, content, sha256, pdf_file, pdf_sha256,
                                           xlsx_file, xlsx_sha256)
             select {org}, run_id, 'probe ' || run_id, 1, '{{\"report\":{{\"title\":\"Проба\"}}}}'::jsonb,
                    sha256('probe'), {file}, sha256('probe'), {file}, sha256('probe') from run
             returning run_id"
        ))
        .await;
    let scroll = world
        .number(&format!(
            "insert into reporting.paper (org_id, kind, class_id, class_name, year, period, parts, file_id, size,
                                          sha256, made_by, made_name)
             values ({org}, 'journal', {class}, '', 2026, 'year', 1, {file}, 5, sha256('probe'), {staff}, 'Проба П. П.')
             returning paper_id"
        ))
        .await;
    (copy, scroll)
}

async fn document(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into journal.absence_document
                 (org_id, pupil_id, reason, first_on, last_on, basis, received_on, set_by, set_at)
             values ({org}, {}, 'ill', '2026-11-09', '2026-11-13', 'certificate', '2026-11-16', {}, '2026-11-16')
             returning document_id",
            it.pupil, it.staff,
        ))
        .await
}

async fn notice(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into journal.absence_notice (org_id, pupil_id, reason, first_on, last_on, late, sent_by, sent_at)
             values ({org}, {}, 'ill', '2026-11-09', '2026-11-13', false, {}, '2026-11-08') returning notice_id",
            it.pupil, it.parent,
        ))
        .await
}

/// A remark to the teacher of the things.
async fn remark(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into journal.remark (org_id, class_id, subject_id, lesson_id, teacher_id, text, made_by, made_at)
             values ({org}, {}, {}, {}, {}, 'Нет темы', {}, '2026-11-20') returning remark_id",
            it.class, it.subject, it.lesson, it.staff, it.staff,
        ))
        .await
}

/// A file that hangs on the homework of the lesson and in an answer of the pupil to it.
pub(crate) async fn file(world: &World, org: i64, it: &Things) -> i64 {
    let (lesson, pupil) = (it.lesson, it.pupil);
    let file = world
        .number(&format!(
            "insert into kernel.file (org_id, name, media_type, size, sha256, store_path)
             values ({org}, 'probe.txt', 'text/plain', 5, sha256('probe'), '{PROBE}') returning file_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into journal.homework_file (org_id, lesson_id, file_id, name, size, added_by, added_at)
             values ({org}, {lesson}, {file}, 'probe.txt', 5, {staff}, '2026-11-19');
             insert into journal.answer (org_id, lesson_id, pupil_id, state, handed_by, handed_at)
             values ({org}, {lesson}, {pupil}, 'handed_in', {pupil}, '2026-11-19') on conflict do nothing;
             insert into journal.answer_file (org_id, lesson_id, pupil_id, file_id, name, size, added_at)
             values ({org}, {lesson}, {pupil}, {file}, 'probe.txt', 5, '2026-11-19')",
            staff = it.staff,
        ))
        .await;
    if it.document != 0 {
        world
            .test
            .sql(&format!(
                "insert into journal.absence_file (org_id, document_id, file_id, name, size, added_by, added_at)
                 values ({org}, {document}, {file}, 'probe.txt', 5, {staff}, '2026-11-19')",
                document = it.document,
                staff = it.staff,
            ))
            .await;
    }
    if it.notice != 0 {
        world
            .test
            .sql(&format!(
                "insert into journal.notice_file (org_id, notice_id, file_id, name, size, added_by, added_at)
                 values ({org}, {notice}, {file}, 'probe.txt', 5, {parent}, '2026-11-19')",
                notice = it.notice,
                parent = it.parent,
            ))
            .await;
    }
    if it.consent != 0 {
        world
            .test
            .sql(&format!(
                "insert into people.consent_file (org_id, consent_id, file_id, name, size, added_by, added_at)
                 values ({org}, {consent}, {file}, 'probe.txt', 5, {staff}, '2026-11-19')",
                consent = it.consent,
                staff = it.staff,
            ))
            .await;
    }
    file
}

/// Something that the teacher of the things owes in their class.
pub(crate) async fn debt(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into deadlines.debt (org_id, rule, duty, key, on_day, due_on, owner_kind, owner_person, class_id,
                 subject_id, person_id, place, found_at)
             values ({org}, 'R-6.6', 'curriculum.plan', 'probe/{}', '2026-09-01', '2026-09-15', 'person', {}, {}, {},
                 {}, '/study/plans', '2026-09-01') returning debt_id",
            next(),
            it.staff,
            it.class,
            it.subject,
            it.pupil,
        ))
        .await
}

/// A decision about the debt that may be taken back.
async fn relief(world: &World, org: i64, it: &Things) -> i64 {
    world
        .number(&format!(
            "insert into deadlines.relief (org_id, kind, rule, debts, to_day, reason, made_by, made_at)
             values ({org}, 'shift', 'R-6.6', array[{}::bigint], '2026-12-01', 'проба', {}, '2026-11-19')
             returning relief_id",
            it.debt, it.staff,
        ))
        .await
}

/// A school below the organisation, as a unit above sees it.
async fn seen_from_above(world: &World, org: i64) -> i64 {
    let below = world
        .number(&format!(
            "insert into org.organisation (parent_id, kind, code, name, full_name)
             values ({org}, 'school', 'below-{org}', 'Школа', 'Школа')
             on conflict (code) do update set name = excluded.name returning org_id"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "insert into deadlines.unit_school (org_id, school_id, code, name, district, looked_at)
             values ({org}, {below}, 'probe', 'Школа', 'Район', '2026-11-19') on conflict do nothing;
             insert into deadlines.unit_state (org_id, school_id, rule, class, things, open, overdue, today, week)
             values ({org}, {below}, 'R-6.6', '5А', 3, 1, 1, 0, 0) on conflict do nothing;
             insert into forms.form (org_id, code, year, state, counted, computed_by, computed_at)
             values ({below}, 'oo-1', 2026, 'handed_in', '{{}}', 1, '2026-11-19') on conflict do nothing;
             insert into forms.submission (org_id, form_id, number, figures, computed, failed, hash, handed_by, handed_at)
             select {below}, form_id, 1, '{{}}', '{{}}', '[]', '', 1, '2026-11-19' from forms.form
              where org_id = {below} and code = 'oo-1' and year = 2026 on conflict do nothing"
        ))
        .await;
    below
}

/// A form of federal statistics that the school works on: the same each time.
async fn statistics_form(world: &World, org: i64, staff: i64) -> i64 {
    world
        .number(&format!(
            "insert into forms.form (org_id, code, year, counted, computed_by, computed_at)
             values ({org}, 'oo-1', 2025, '{{}}', {staff}, '2026-11-19')
             on conflict (org_id, code, year) do update set state = 'draft' returning form_id"
        ))
        .await
}

async fn spare_session(world: &World, account: i64) -> String {
    let token = format!("spare-{}", next());
    world.sign_in(&[(account, &token)]).await;
    let query = format!(
        "select session_id from identity.session where token_hash = {}",
        digest("session", &token)
    );
    world.number(&query).await.to_string()
}

/// Slips that a job issued; their seal is of another key.
pub(crate) async fn sheet(world: &World, org: i64, account: i64) -> i64 {
    world
        .number(&format!(
            "insert into identity.slip_sheet (org_id, issued_by, sealed, issued, created_at, expires_at)
             values ({org}, {account}, '\\x00', 1, '2026-11-19', '2027-12-01') returning sheet_id"
        ))
        .await
}

/// A lost second factor of an administrator, waiting to be decided.
async fn proposal(world: &World, org: i64, account: i64) -> i64 {
    world
        .test
        .sql(&format!(
            "update identity.proposal set decided_at = proposed_at, decided_by = proposed_by, approved = false
             where org_id = {org} and decided_at is null"
        ))
        .await;
    world
        .number(&format!(
            "insert into identity.proposal (org_id, kind, account_id, reason, proposed_by, proposed_at, expires_at)
             values ({org}, 'reset_factor', {account}, 'probe', {account}, '2026-11-19', '2027-12-01')
             returning proposal_id"
        ))
        .await
}

/// A person's data that were destroyed, with the act, or shall be.
async fn erasure(world: &World, org: i64, it: &Things, is_done: bool) -> i64 {
    let (pupil, staff) = (it.pupil, it.staff);
    world
        .test
        .sql(&format!(
            "delete from privacy.erasure where org_id = {org} and person_id = {pupil} and decided_at is null"
        ))
        .await;
    let decided = if is_done {
        format!(
            r#"{pupil}, '2026-11-19', true, '{{"operator": "Школа", "subject": "Выбывший", "system": "Звонок",
                "ground": "term", "reason": "", "at": "2026-11-19T09:00:00Z", "by": [], "parts": [],
                "history": 0, "files": 0, "accounts": 0, "kept": []}}'"#
        )
    } else {
        "null, null, null, null".to_owned()
    };
    world
        .number(&format!(
            "insert into privacy.erasure (org_id, person_id, subject, ground, proposed_by, proposed_as, proposed_at,
                                          expires_at, decided_by, decided_at, approved, act)
             values ({org}, {pupil}, 'Выбывший', 'term', {staff}, 'admin', '2026-11-18', '2027-12-01', {decided})
             returning erasure_id"
        ))
        .await
}

/// The code of a slip that is good.
async fn slip(world: &World, org: i64, it: &Things) -> String {
    const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
    let mut number = usize::try_from(next()).unwrap();
    let mut code = "abcdefgh".to_owned();
    for _ in 0..4 {
        code.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
    }
    world
        .test
        .sql(&format!(
            "insert into identity.slip (org_id, account_id, code_hash, issued_at, expires_at)
             values ({org}, {}, {}, '2026-11-19', '2026-12-01')",
            it.account,
            digest("slip", &code),
        ))
        .await;
    code
}

fn next() -> i64 {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
