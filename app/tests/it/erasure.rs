//! SEC-1: what is kept of a person who left is destroyed by two people, and
//! nothing of it is left but what a law keeps.

mod terms;

use db::{
    Db,
    seal::{self, Key, What},
};
use testkit::Client;

use crate::{actors::Cast, objects::Things, world::World};

/// Stand in what goes with the card, and in the name, which stays longer.
const WORD: &str = "Забвенное";
const NAME: &str = "Незабвенов";

struct Office {
    director: Client,
    admin: Client,
    base: String,
    list: String,
}

impl Office {
    fn of(world: &World, cast: &Cast, person: i64) -> Self {
        let client = |name: &str| world.client(&cast.of_name(name).token);
        Self {
            director: client("director"),
            admin: client("admin"),
            base: format!("/o/{}/privacy/{person}", world.own.code),
            list: format!("/o/{}/erasures", world.own.code),
        }
    }

    /// The director proposes; the number of the proposal.
    async fn propose(&mut self, world: &World) -> i64 {
        let path = format!("{}/erasure", self.base);
        let answer = self
            .director
            .post_form(&path, &[("ground", "term"), ("reason", "")])
            .await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        world
            .number("select max(erasure_id) from privacy.erasure where decided_at is null")
            .await
    }

    /// Both together.
    async fn destroy(&mut self, world: &World) -> i64 {
        let id = self.propose(world).await;
        let path = format!("{}/{id}/confirm", self.list);
        let answer = self.admin.post_form(&path, &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let done =
            format!("select count(*) from privacy.erasure where erasure_id = {id} and approved");
        assert_eq!(world.number(&done).await, 1);
        id
    }
}

/// Something of the pupil in every table that has a word of one, through
/// the triggers that keep the history.
async fn plant(world: &World, it: &Things) -> i64 {
    let (org, pupil, parent, staff) = (world.own.org, it.pupil, it.parent, it.staff);
    let (lesson, subject, class, exam) = (it.lesson, it.subject, it.class, it.exam);
    let mut tx = world.test.db().begin_system(org.into()).await.unwrap();
    let keys = db::vault::of(&mut tx).await.unwrap();
    let place = people::RestrictedField::Diseases.place(pupil.into());
    let sealed = db::hex(&keys.seal(place, WORD).unwrap());
    tx.commit().await.unwrap();
    let folder = std::env::temp_dir().join("zvonok-app-tests");
    std::fs::write(folder.join(format!("erase-{pupil}")), WORD).unwrap();
    let account = world
        .number(&format!(
            "select account_id from identity.membership where org_id = {org} and person_id = {pupil}"
        ))
        .await;
    world
        .test
        .sql(&format!(
            "update identity.account set login = 'zabvennoe-{pupil}' where account_id = {account};
             update identity.membership set login = 'zabvennoe-{pupil}', name = '{NAME}' where account_id = {account};
             update people.person set last_name = '{NAME}', first_name = '{NAME}', search_key = lower('{NAME}'),
                 born_on = '2009-02-03', phone = '{WORD} 1', mobile = '{WORD} 2', email = '{WORD}@x.test',
                 lives_at = '{WORD} 3', registered_at = '{WORD} 4' where org_id = {org} and person_id = {pupil};
             update people.person set lives_at = '{WORD} 5' where org_id = {org} and person_id = {pupil};
             update people.pupil set family = '{WORD}', file_number = '{NAME}/1' where org_id = {org} and person_id = {pupil};
             update people.consent set document = '{WORD}' where org_id = {org} and subject_id = {pupil};
             insert into people.consent (org_id, subject_id, kind, document, signed_on, withdrawn_on)
                 values ({org}, {pupil}, 'transfer', '{WORD}', '2020-01-01', '2020-02-01');
             insert into people.restricted_field (org_id, person_id, field, sealed, law)
                 values ({org}, {pupil}, 'diseases', '\\x{sealed}', '152-ФЗ')
                 on conflict (org_id, person_id, field) do update set sealed = excluded.sealed;
             insert into people.record (org_id, person_id, kind, title, place) values ({org}, {pupil}, 'review', '{WORD}', '{WORD}');
             update people.record set detail = '{WORD}' where org_id = {org} and person_id = {pupil};
             insert into identity.slip (org_id, account_id, code_hash, issued_at, expires_at)
                 values ({org}, {account}, '\\x{pupil:08}', '2026-01-01', '2026-02-01');
             insert into identity.saved_view (org_id, account_id, place, name, query) values ({org}, {account}, '/x', '{WORD}', 'q={WORD}');
             insert into identity.session (token_hash, account_id, created_at, seen_at, idle_until, expires_at, address, agent)
                 values ('\\x77{pupil:08}', {account}, '2026-01-01', '2026-01-01', '2027-01-01', '2027-01-01', '{WORD}', '{WORD}');
             update movement.order_pupil set came_from = '{WORD}', went_to = '{WORD}' where org_id = {org} and pupil_id = {pupil};
             update movement.order o set basis = 'Заявление {NAME}' where org_id = {org}
                 and exists (select from movement.order_pupil p where p.org_id = o.org_id and p.order_id = o.order_id
                             and p.pupil_id = {pupil});
             update journal.mark set comment = '{WORD}' where org_id = {org} and pupil_id = {pupil};
             insert into kernel.file (org_id, name, media_type, size, sha256, store_path)
                 select {org}, '{WORD}', 'text/plain', 1, decode(repeat('00', 32), 'hex'), 'erase-{pupil}' from generate_series(1, 4);
             insert into portfolio.entry (org_id, pupil_id, kind, title, note, held_on, proposed_by)
                 values ({org}, {pupil}, 'sport', '{WORD}', '{WORD}', '2020-10-10', {parent});
             insert into portfolio.entry_file (org_id, entry_id, file_id, name, size, added_by)
                 select {org}, (select max(entry_id) from portfolio.entry where pupil_id = {pupil}),
                        (select min(file_id) from kernel.file where store_path = 'erase-{pupil}'), '{WORD}', 1, {parent};
             update portfolio.event_participant set prize = '{WORD}', entry_id = (select max(entry_id) from portfolio.entry
                 where pupil_id = {pupil}) where org_id = {org} and pupil_id = {pupil};
             insert into journal.absence_notice (org_id, pupil_id, reason, first_on, last_on, text, late, sent_by, sent_at)
                 values ({org}, {pupil}, 'ill', '2020-10-01', '2020-10-02', '{WORD}', false, {parent}, '2020-10-01');
             insert into journal.notice_file (org_id, notice_id, file_id, name, size, added_by, added_at)
                 select {org}, (select max(notice_id) from journal.absence_notice where pupil_id = {pupil}),
                        (select min(file_id) + 1 from kernel.file where store_path = 'erase-{pupil}'), '{WORD}', 1, {parent}, '2020-10-01';
             insert into journal.absence_document (org_id, pupil_id, reason, first_on, last_on, basis, received_on, note, notice_id, set_by, set_at)
                 select {org}, {pupil}, 'ill', '2020-10-01', '2020-10-02', 'certificate', '2020-10-03', '{WORD}',
                        (select max(notice_id) from journal.absence_notice where pupil_id = {pupil}), {staff}, '2020-10-03';
             insert into journal.absence_file (org_id, document_id, file_id, name, size, added_by, added_at)
                 select {org}, (select max(document_id) from journal.absence_document where pupil_id = {pupil}),
                        (select min(file_id) + 2 from kernel.file where store_path = 'erase-{pupil}'), '{WORD}', 1, {staff}, '2020-10-01';
             update journal.attendance set document_id = (select max(document_id) from journal.absence_document
                 where pupil_id = {pupil}) where org_id = {org} and pupil_id = {pupil} and code <> '';
             insert into journal.answer (org_id, lesson_id, pupil_id, text, state, comment, handed_by, handed_at)
                 values ({org}, {lesson}, {pupil}, '{WORD}', 'accepted', '{WORD}', {pupil}, '2020-10-01')
                 on conflict (org_id, lesson_id, pupil_id) do update set text = '{WORD}';
             insert into journal.answer_file (org_id, lesson_id, pupil_id, file_id, name, size, added_at)
                 select {org}, {lesson}, {pupil}, (select max(file_id) from kernel.file where store_path = 'erase-{pupil}'),
                        '{WORD}', 1, '2020-10-01';
             insert into journal.correction (org_id, class_id, subject_id, pupil_id, lesson_id, old_value, wanted, reason, asked_by, asked_at)
                 values ({org}, {class}, {subject}, {pupil}, {lesson}, '4', '5', '{WORD}', {staff}, '2020-10-01');
             update exams.appeal set note = '{WORD}' where org_id = {org} and exam_id = {exam} and pupil_id = {pupil};
             insert into deadlines.debt (org_id, rule, duty, key, on_day, due_on, owner_kind, owner_role, person_id, text, place, found_at)
                 values ({org}, 'R-5.4', 'card', '{pupil}', '2020-10-01', '2020-10-05', 'role', 'secretary', {pupil}, '{NAME} {WORD}', '/x', '2020-10-01');
             insert into messaging.wish (org_id, person_id, soon, marks, digest_hour, quiet_from, quiet_until)
                 values ({org}, {pupil}, true, true, 18, 21, 7) on conflict do nothing;
             insert into messaging.unreachable (org_id, person_id, kind, since, last_at) values ({org}, {pupil}, 'x', '2020-01-01', '2020-01-01')
                 on conflict do nothing"
        ))
        .await;
    for (to, name) in [(pupil, "own"), (parent, "family")] {
        world
            .test
            .sql(&format!(
                "insert into messaging.letter (org_id, to_person, kind, once, duty, address, to_name, from_name, subject, body, html, written_at, next_at, state, ended_at)
                 values ({org}, {to}, 'journal.marks', '{name}', true, '{WORD}@x.test', '{NAME}', 'Школа', '{NAME}', '{WORD}', '{WORD}',
                         '1998-01-01', '1998-01-01', 'sent', '1998-01-01')"
            ))
            .await;
    }
    account
}

/// The pupil's last day in a class.
async fn leave(world: &World, pupil: i64, on: &str) {
    let org = world.own.org;
    world
        .test
        .sql(&format!(
            "delete from movement.class_member where org_id = {org} and pupil_id = {pupil}
                 and ctid <> (select min(m.ctid) from movement.class_member m
                              where m.org_id = {org} and m.pupil_id = {pupil});
             update movement.class_member set during = daterange(date '{on}' - 200, date '{on}' + 1)
             where org_id = {org} and pupil_id = {pupil}"
        ))
        .await;
}

/// Every table with a row that says the word, but those named.
async fn saying(world: &World, text: &str, but: &[&str]) -> Vec<String> {
    let all: Vec<(String,)> = sqlx::query_as(
        "select quote_ident(n.nspname) || '.' || quote_ident(c.relname)
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition
           and n.nspname not like 'pg\\_%' and n.nspname not in ('information_schema', 'public') order by 1",
    )
    .fetch_all(world.test.admin())
    .await
    .unwrap();
    let mut found = vec![];
    for (table,) in all {
        let query = format!(
            "select count(*) from {table} t where lower(t::text) like '%{}%'",
            text.to_lowercase()
        );
        let rows = world.number(&query).await;
        if rows > 0 && !but.contains(&table.as_str()) {
            found.push(format!("{table}: {rows}"));
        }
    }
    found
}

async fn flaws(db: &Db, key: &Key) -> Vec<What> {
    let report = seal::verify(db, key, &[]).await.unwrap();
    assert!(report.rows > 1_000, "{report:?}");
    report.flaws.into_iter().map(|it| it.what).collect()
}

fn key() -> Key {
    Key::kept_in(&std::env::temp_dir().join("zvonok-app-tests/seal.key")).unwrap()
}

/// SEC-1, R-28: in steps, as the terms are over, and by two.
#[expect(clippy::too_many_lines, reason = "one story of one person")]
#[tokio::test]
async fn a_pupil_who_left_is_forgotten_and_the_logs_stay_whole() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let things = cast.of_name("parent").things;
    let pupil = things.pupil;
    let account = plant(&world, &things).await;
    let (key, org) = (key(), world.own.org);
    seal::seal(world.test.db(), &key).await.unwrap();
    assert!(saying(&world, WORD, &[]).await.len() > 20);
    let marks =
        format!("select count(*) from journal.mark where org_id = {org} and pupil_id = {pupil}");
    let before = world.number(&marks).await;
    let mut office = Office::of(&world, &cast, pupil);
    let page = format!("{}/erasure", office.base);

    // Whoever learns is kept.
    let answer = office
        .director
        .post_form(&page, &[("ground", "term")])
        .await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("уничтожать нечего"));

    // Four years after: the card goes, marks and name stay.
    leave(&world, pupil, "2022-05-25").await;
    let shown = office.director.get(&page).await.text();
    assert!(shown.contains("25.05.2022") && shown.contains("можно уничтожить"));
    let id = office.propose(&world).await;
    // Not by the one who proposed it.
    let confirm = format!("{}/{id}/confirm", office.list);
    office.director.post_form(&confirm, &[]).await;
    let waiting = format!(
        "select count(*) from privacy.erasure where erasure_id = {id} and decided_at is null"
    );
    assert_eq!(world.number(&waiting).await, 1);
    // A ban comes first, and is lifted with a reason.
    let hold = [("hold_reason", "Жалоба № 5")];
    let too_long = "я".repeat(501);
    for wrong in ["", too_long.as_str()] {
        let path = format!("{}/hold", office.base);
        let answer = office
            .admin
            .post_form(&path, &[("hold_reason", wrong)])
            .await;
        assert_eq!(answer.status, 422, "{}", answer.text());
    }
    let other = [("ground", "whim"), ("reason", "Просто так")];
    let path = format!("{}/erasure", office.base);
    let answer = office.admin.post_form(&path, &other).await;
    assert_eq!(answer.status, 422, "no ground of the law");
    assert_eq!(
        office
            .admin
            .post_form(&format!("{}/hold", office.base), &hold)
            .await
            .status,
        303
    );
    office.admin.post_form(&confirm, &[]).await;
    assert_eq!(world.number(&waiting).await, 1);
    assert_eq!(
        office
            .admin
            .post_form(&format!("{}/lift", office.base), &hold)
            .await
            .status,
        303
    );
    let answer = office.admin.post_form(&confirm, &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    assert_eq!(world.number(&waiting).await, 0);
    let kept = saying(&world, WORD, &[]).await;
    let of_journal = |it: &&String| {
        ![
            "journal.",
            "exams.",
            "movement.",
            "kernel.file",
            "kernel.history",
        ]
        .iter()
        .any(|own| it.starts_with(own))
    };
    assert_eq!(
        kept.iter().filter(of_journal).collect::<Vec<_>>(),
        Vec::<&String>::new()
    );
    assert!(
        saying(&world, NAME, &[])
            .await
            .contains(&"people.person: 1".to_owned())
    );
    let act = office.admin.get(&format!("{}/{id}", office.list)).await;
    let act = act.text();
    for told in [
        NAME,
        "Карточка и личное дело",
        "Акт об уничтожении",
        "Подпись",
    ] {
        assert!(act.contains(told), "{told}: {act}");
    }
    assert_eq!(flaws(world.test.db(), &key).await, vec![]);

    // Nobody enters with that login any more, and it is not told anywhere.
    assert_eq!(saying(&world, "zabvennoe", &[]).await, Vec::<String>::new());
    let login = format!(
        "select count(*) from identity.account where account_id = {account} and login = 'erased-{account}'
             and password_hash is null and state = 'blocked'"
    );
    assert_eq!(world.number(&login).await, 1);
    let sessions = format!("select count(*) from identity.session where account_id = {account}");
    assert_eq!(world.number(&sessions).await, 0);

    // Long after: everything.
    leave(&world, pupil, "1999-05-25").await;
    office.destroy(&world).await;
    assert_eq!(saying(&world, WORD, &[]).await, Vec::<String>::new());
    // The act alone says whose data they were.
    assert_eq!(
        saying(&world, NAME, &["privacy.erasure"]).await,
        Vec::<String>::new()
    );
    let name = format!(
        "select count(*) from people.person where org_id = {org} and person_id = {pupil}
         and last_name = 'Удалён' and first_name = '№ {pupil}' and born_on is null"
    );
    assert_eq!(world.number(&name).await, 1);
    // Statistics stay as they were.
    assert_eq!(world.number(&marks).await, before);
    let bytes = std::env::temp_dir().join(format!("zvonok-app-tests/erase-{pupil}"));
    assert!(!bytes.exists());
    // Nothing is left to be done, and the logs are whole, also sealed anew.
    let answer = office
        .director
        .post_form(&page, &[("ground", "term")])
        .await;
    assert_eq!(answer.status, 422);
    assert_eq!(flaws(world.test.db(), &key).await, vec![]);
    seal::seal(world.test.db(), &key).await.unwrap();
    assert_eq!(flaws(world.test.db(), &key).await, vec![]);
    masks_are_no_door(&world, &key).await;
}

/// Masking opens the history to nobody: neither to the application nor to
/// whoever switches the triggers off.
async fn masks_are_no_door(world: &World, key: &Key) {
    let org = world.own.org;
    let row = format!(
        "select max(history_id) from kernel.history where org_id = {org} and tbl = 'people.person' and new ? 'last_name'"
    );
    let row = world.number(&row).await;
    let forged = sqlx::query(sqlx::AssertSqlSafe(format!(
        "update kernel.history set new = new || '{{\"last_name\": \"Другой\"}}' where history_id = {row}"
    )))
    .execute(world.test.admin())
    .await;
    assert!(forged.unwrap_err().to_string().contains("append-only"));
    // A mask that the application did not write breaks the seal.
    let other = format!(
        "select min(history_id) from kernel.history h where org_id = {org} and tbl = 'people.person'
         and new ? 'last_name' and not exists (select from kernel.redaction r where r.row_id = h.history_id)"
    );
    let other = world.number(&other).await;
    world
        .test
        .sql(&format!(
            "update kernel.history set new = new || '{{\"last_name\": \"*\"}}' where history_id = {other}"
        ))
        .await;
    assert_eq!(flaws(world.test.db(), key).await, [What::RowsChanged]);
}

/// SEC-3: in another school, with another role, and straight through SQL.
#[tokio::test]
async fn nobody_else_destroys_or_sees_the_acts() {
    let world = World::new().await;
    let cast = Cast::of(&world).await;
    let things = cast.of_name("parent").things;
    let foreign = cast.foreign.pupil;
    let mut office = Office::of(&world, &cast, foreign);
    for path in ["erasure", "hold", "lift"] {
        let path = format!("{}/{path}", office.base);
        let answer = office.admin.post_form(&path, &[("hold_reason", "x")]).await;
        assert_eq!(answer.status, 404, "{path}");
    }
    let path = format!("{}/{}", office.list, cast.foreign.erasure);
    assert_eq!(office.admin.get(&path).await.status, 404);
    assert_eq!(
        office
            .admin
            .post_form(&format!("{path}/confirm"), &[])
            .await
            .status,
        404
    );
    for name in ["deputy", "secretary", "class_teacher", "parent", "pupil"] {
        let mut client = world.client(&cast.of_name(name).token);
        let path = format!("/o/{}/privacy/{}/erasure", world.own.code, things.pupil);
        assert_eq!(client.get(&path).await.status, 403, "{name}");
        assert_eq!(client.post_form(&path, &[]).await.status, 403, "{name}");
    }
    let held = format!(
        "insert into privacy.hold (org_id, person_id, reason, set_by, set_at) values ({}, {foreign}, 'x', {foreign}, '2026-01-01')",
        world.other.org
    );
    world.test.sql(&held).await;
    for table in ["privacy.erasure", "privacy.hold", "kernel.redaction"] {
        let query = format!(
            "begin; set local role zvonok_app; select set_config('zvonok.org', '{}', true);
             do $$ begin
                 if exists (select from {table} where org_id <> {}) then raise exception 'seen'; end if;
             end $$; rollback",
            world.own.org, world.own.org
        );
        world.test.sql(&query).await;
    }
}
