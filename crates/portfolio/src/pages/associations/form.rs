//! The form of an association with its members.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use web::{Failure, Member, Path, form::Raw};

use super::{
    super::{
        Choice, Link, Pages,
        form::{Field, FormPage},
        sent::{Sent, ids, raw_of, shown},
    },
    back, own_path,
};
use crate::{Association, AssociationFields, AssociationForm, AssociationId, Error};

impl Pages {
    fn association_form(&self, member: &Member, data: &AssociationForm) -> FormPage {
        let views = &self.views;
        let staff = || data.staff.iter().map(|it| Choice::of(&it.id, it.full()));
        let known = data.association.as_ref();
        let ticked = known.map(|it| it.fields.members.iter().map(ToString::to_string));
        let ticked = ticked.into_iter().flatten().collect();
        let fields = vec![
            Field::text("name"),
            Field::select("head", staff().collect()).optional(),
            Field::long("note").optional(),
            Field::checks("member", staff().collect(), ticked),
        ];
        let list = member.path("/study/associations");
        let trail = vec![Link {
            href: list.clone(),
            label: views.word("associations.list.title"),
        }];
        let Some(it) = known else {
            return FormPage::new(views, "associations.new", fields)
                .below(trail)
                .going(format!("{list}/new"), list);
        };
        let own = own_path(member, it.id);
        FormPage::new(views, "associations.edit", fields)
            .below(trail)
            .going(format!("{own}/edit"), own)
            .with(views, &stored(it), it.version)
    }
}

fn stored(it: &Association) -> Raw {
    raw_of([
        ("name", it.fields.name.clone()),
        ("head", shown(it.fields.head)),
        ("note", it.fields.note.clone()),
    ])
}

fn read(sent: &mut Sent<'_>) -> Option<AssociationFields> {
    let fields = AssociationFields {
        name: sent.required("name", 200),
        head: sent.optional("head", "choice"),
        note: sent.text("note", 2000),
        members: ids(sent.raw, "member"),
    };
    sent.is_right().then_some(fields)
}

const fn place(error: &Error) -> &'static str {
    match error {
        Error::NoSuchPerson => "head",
        Error::BadFields => "name",
        _ => "",
    }
}

pub(in crate::pages) async fn new(
    member: Member,
    State(it): State<Pages>,
) -> Result<Response, Failure> {
    let data = it.portfolio.association_form(&member.actor, None).await?;
    it.association_form(&member, &data)
        .show(&it.views, &member.visit)
}

pub(in crate::pages) async fn add(
    member: Member,
    State(it): State<Pages>,
    raw: Raw,
) -> Result<Response, Failure> {
    let data = it.portfolio.association_form(&member.actor, None).await?;
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    if let Some(fields) = read(&mut sent) {
        match it.portfolio.add_association(&member.actor, &fields).await {
            Ok(id) => return Ok(back(&member, id).into_response()),
            Err(error) => {
                let field = place(&error);
                sent.note(error, field)?;
            }
        }
    }
    it.association_form(&member, &data)
        .refused(&it.views, &member.visit, sent)
}

pub(in crate::pages) async fn edit(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, AssociationId)>,
) -> Result<Response, Failure> {
    let data = it
        .portfolio
        .association_form(&member.actor, Some(id))
        .await?;
    it.association_form(&member, &data)
        .show(&it.views, &member.visit)
}

pub(in crate::pages) async fn save(
    member: Member,
    State(it): State<Pages>,
    Path((_, id)): Path<(String, AssociationId)>,
    raw: Raw,
) -> Result<Response, Failure> {
    let data = it
        .portfolio
        .association_form(&member.actor, Some(id))
        .await?;
    let mut sent = Sent::new(&raw, it.today(&member.visit), &it.views);
    let seen = sent.seen();
    let mut stale = false;
    if let Some(fields) = read(&mut sent) {
        let saved = it
            .portfolio
            .change_association(&member.actor, id, seen, &fields)
            .await;
        match saved {
            Ok(()) => return Ok(back(&member, id).into_response()),
            Err(error) => {
                let field = place(&error);
                stale = sent.note(error, field)?;
            }
        }
    }
    let page = it.association_form(&member, &data);
    let known = data.association.as_ref().filter(|_| stale).map(stored);
    page.again(&it.views, &member.visit, sent, known.as_ref())
}
