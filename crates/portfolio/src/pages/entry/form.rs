//! The form of an entry.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use kernel::PersonId;
use web::{Failure, Flash, Go, Member, Path, form::Raw, import::Upload};

use super::{
    super::{
        Choice, Link, Pages,
        form::{Field, FormPage},
        sent::{Sent, raw_of, shown, shown_day},
    },
    back, home_of,
};
use crate::{
    Entry, EntryFields, EntryForm, EntryId, EntryKind, Error, Level, Owner, Prize, SentFile,
};

impl Pages {
    fn entry_form(&self, member: &Member, data: &EntryForm) -> FormPage {
        let owner = data.owner;
        let views = &self.views;
        let kinds = EntryKind::of(owner).iter().map(|it| it.code());
        let levels = Level::ALL.iter().map(|it| it.code());
        let prizes = Prize::ALL.iter().map(|it| it.code());
        let mut fields = vec![
            Field::select("kind", Choice::words(views, "kind", kinds)),
            Field::text("title"),
            Field::date("held_on"),
            Field::select("level", Choice::words(views, "level", levels)).optional(),
            Field::select("prize", Choice::words(views, "prize", prizes)).optional(),
            Field::text("place").optional(),
        ];
        if owner.is_pupil() {
            let staff = data.staff.iter().map(|it| Choice::of(&it.id, it.full()));
            fields.push(Field::select("prepared_by", staff.collect()).optional());
        }
        fields.push(Field::long("note").optional());
        let home = home_of(member, owner);
        let mut trail = vec![Link {
            href: home.clone(),
            label: data.name.clone(),
        }];
        let entry = data.entry.as_ref();
        let title = if entry.is_some() {
            "portfolio.edit"
        } else {
            fields.push(Field::file("file").optional());
            "portfolio.new"
        };
        let own = entry.map(|it| member.path(&format!("/portfolio/entries/{}", it.id)));
        let mut page = FormPage::new(views, title, fields);
        if let (Some(entry), Some(href)) = (entry, &own) {
            trail.push(Link {
                href: href.clone(),
                label: entry.fields.title.clone(),
            });
            page = page.with(views, &stored(entry), entry.version);
        }
        let section = if owner.is_pupil() { "pupils" } else { "staff" };
        page.action = own.as_ref().map_or_else(
            || member.path(&format!("/portfolio/{section}/{}/new", owner.person())),
            |it| format!("{it}/edit"),
        );
        page.note.clone_from(&data.name);
        page.back = own.unwrap_or(home);
        page.trail = trail;
        page
    }

    async fn new_entry(&self, member: &Member, owner: Owner) -> Result<Response, Failure> {
        let today = self.today(&member.visit);
        let data = self
            .portfolio
            .new_entry(&member.actor, owner, today)
            .await?;
        self.entry_form(member, &data)
            .show(&self.views, &member.visit)
    }

    async fn add_entry(
        &self,
        member: &Member,
        owner: Owner,
        upload: Upload,
    ) -> Result<Response, Failure> {
        let today = self.today(&member.visit);
        let data = self
            .portfolio
            .new_entry(&member.actor, owner, today)
            .await?;
        let mut sent = Sent::new(&upload.fields, today, &self.views);
        if let Some(fields) = read(&mut sent, owner) {
            let added = self
                .portfolio
                .add_entry(&member.actor, owner, &fields, file_of(&upload), today)
                .await;
            match added {
                Ok(_) => {
                    let flash = Flash::done("portfolio.flash.added");
                    return Ok(Go::to(home_of(member, owner)).say(&flash).into_response());
                }
                Err(error) => {
                    let field = place(&error);
                    sent.note(error, field)?;
                }
            }
        }
        self.entry_form(member, &data)
            .refused(&self.views, &member.visit, sent)
    }
}

/// The fields of a stored entry as the form has them.
fn stored(it: &Entry) -> Raw {
    let f = &it.fields;
    raw_of([
        ("kind", f.kind.code().to_owned()),
        ("title", f.title.clone()),
        ("held_on", shown_day(Some(f.held_on))),
        ("level", f.level.map_or("", Level::code).to_owned()),
        ("prize", f.prize.map_or("", Prize::code).to_owned()),
        ("place", f.place.clone()),
        ("prepared_by", shown(f.prepared_by)),
        ("note", f.note.clone()),
    ])
}

fn read(sent: &mut Sent<'_>, owner: Owner) -> Option<EntryFields> {
    let kind = sent.choice("kind", EntryKind::from_code);
    let title = sent.required("title", 300);
    let held_on = sent.date("held_on");
    let level = sent.optional_choice("level", Level::from_code);
    let prize = sent.optional_choice("prize", Prize::from_code);
    let place = sent.text("place", 300);
    let prepared_by = match owner {
        Owner::Pupil(_) => sent.optional("prepared_by", "choice"),
        Owner::Staff(_) => None,
    };
    let note = sent.text("note", 2000);
    let fields = EntryFields {
        kind: kind?,
        level,
        prize,
        title,
        place,
        held_on: held_on?,
        prepared_by,
        note,
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::BadDay => "held_on",
        Error::BadFields => "kind",
        Error::NoSuchPerson => "prepared_by",
        Error::FileKind | Error::FileTooLarge | Error::TooManyFiles | Error::NothingSent => "file",
        _ => "",
    }
}

fn file_of(upload: &Upload) -> Option<SentFile> {
    (!upload.bytes.is_empty()).then(|| SentFile {
        name: upload.name.clone(),
        bytes: upload.bytes.clone(),
    })
}

pub(in crate::pages) async fn new_of_pupil(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    it.new_entry(&member, Owner::Pupil(id)).await
}

pub(in crate::pages) async fn add_to_pupil(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
    upload: Upload,
) -> Result<Response, Failure> {
    it.add_entry(&member, Owner::Pupil(id), upload).await
}

pub(in crate::pages) async fn new_of_staff(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
) -> Result<Response, Failure> {
    it.new_entry(&member, Owner::Staff(id)).await
}

pub(in crate::pages) async fn add_to_staff(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, PersonId)>,
    upload: Upload,
) -> Result<Response, Failure> {
    it.add_entry(&member, Owner::Staff(id), upload).await
}

pub(in crate::pages) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EntryId)>,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it.portfolio.edit_entry(&member.actor, id, today).await?;
    it.entry_form(&member, &data).show(&it.views, &member.visit)
}

pub(in crate::pages) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, EntryId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let today = it.today(&member.visit);
    let data = it.portfolio.edit_entry(&member.actor, id, today).await?;
    let mut sent = Sent::new(&raw, today, &it.views);
    let seen = sent.seen();
    let mut stale = false;
    if let Some(fields) = read(&mut sent, data.owner) {
        let changed = it
            .portfolio
            .change_entry(&member.actor, id, seen, &fields, today)
            .await;
        match changed {
            Ok(()) => return Ok(back(&member, id, "portfolio.flash.saved").into_response()),
            Err(error) => {
                let field = place(&error);
                stale = sent.note(error, field)?;
            }
        }
    }
    let page = it.entry_form(&member, &data);
    let known = data.entry.as_ref().filter(|_| stale).map(stored);
    page.again(&it.views, &member.visit, sent, known.as_ref())
}
