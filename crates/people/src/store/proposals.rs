//! What families propose.

use chrono::{DateTime, Utc};
use db::{Error, Tx};
use kernel::PersonId;
use serde_json::{Map, Value, json};

use super::{CardRow, numbers};
use crate::{
    Card, CardKind,
    proposal::{Proposal, ProposalAnswer, ProposalId, ProposalState, ProposedChange},
};

struct ProposalRow {
    proposal_id: i64,
    subject_id: i64,
    card: String,
    proposed_by: i64,
    changes: Value,
    document: String,
    state: String,
    reason: String,
    created_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    subject: Value,
    author: Value,
    decider: Option<Value>,
    details: Option<Value>,
    version: i32,
}

impl TryFrom<ProposalRow> for Proposal {
    type Error = Error;

    fn try_from(it: ProposalRow) -> Result<Self, Error> {
        let corrupt = |column| Error::corrupt("people.proposal", column);
        let changes: Vec<ProposedChange> =
            serde_json::from_value(it.changes).map_err(|_| corrupt("changes"))?;
        let subject = card(&it.subject);
        let mut now = Map::new();
        for part in [Some(it.subject), it.details].into_iter().flatten() {
            if let Value::Object(part) = part {
                now.extend(part);
            }
        }
        Ok(Self {
            id: it.proposal_id.into(),
            subject: it.subject_id.into(),
            kind: CardKind::from_plural(&it.card).ok_or(corrupt("card"))?,
            proposed_by: it.proposed_by.into(),
            changes,
            document: it.document,
            state: ProposalState::from_code(&it.state).ok_or(corrupt("state"))?,
            reason: it.reason,
            created_at: it.created_at,
            decided_at: it.decided_at,
            subject_name: subject.full(),
            author: card(&it.author).short(),
            decided_by: it.decider.as_ref().map(|it| card(it).short()),
            version: it.version,
            now,
        })
    }
}

fn card(it: &Value) -> Card {
    let text = |field: &str| it.get(field).and_then(Value::as_str).map(str::to_owned);
    CardRow {
        person_id: 0,
        last_name: text("last_name").unwrap_or_default(),
        first_name: text("first_name").unwrap_or_default(),
        middle_name: text("middle_name"),
        born_on: None,
    }
    .into()
}

/// Which proposals are wanted.
#[derive(Default)]
pub(crate) struct WantedProposals<'a> {
    pub(crate) id: Option<ProposalId>,
    pub(crate) author: Option<PersonId>,
    pub(crate) subjects: Option<&'a [PersonId]>,
    pub(crate) open_only: bool,
}

/// Proposals with what stands on the cards now: open ones first, then the
/// newest; at most 200.
pub(crate) async fn proposals(
    tx: &mut Tx,
    wanted: &WantedProposals<'_>,
) -> Result<Vec<Proposal>, Error> {
    let rows = sqlx::query_as!(
        ProposalRow,
        r#"select n.proposal_id, n.subject_id, n.card, n.proposed_by, n.changes, n.document, n.state,
                  n.reason, n.created_at, n.decided_at, to_jsonb(s) as "subject!", to_jsonb(a) as "author!",
                  case when d.person_id is not null then to_jsonb(d) end as "decider?",
                  case n.card when 'pupils' then (select to_jsonb(u) - 'version' from people.pupil u
                                                   where u.person_id = n.subject_id)
                              else (select to_jsonb(r) - 'version' from people.parent r
                                     where r.person_id = n.subject_id) end as "details?",
                  s.version
           from people.proposal n
           join people.person s on s.org_id = n.org_id and s.person_id = n.subject_id
           join people.person a on a.org_id = n.org_id and a.person_id = n.proposed_by
           left join people.person d on d.org_id = n.org_id and d.person_id = n.decided_by
           where ($1::bigint is null or n.proposal_id = $1)
             and ($2::bigint is null or n.proposed_by = $2)
             and ($3::bigint[] is null or n.subject_id = any($3))
             and (not $4 or n.state = 'open')
           order by n.state <> 'open', coalesce(n.decided_at, n.created_at) desc, n.proposal_id desc
           limit 200"#,
        wanted.id.map(ProposalId::get),
        wanted.author.map(PersonId::get),
        wanted.subjects.map(numbers) as Option<Vec<i64>>,
        wanted.open_only,
    )
    .fetch_all(tx.conn())
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many proposals about these people, or anybody, wait; others than the reader's own.
pub(crate) async fn open_proposals(
    tx: &mut Tx,
    subjects: Option<&[PersonId]>,
    reader: PersonId,
) -> Result<i64, Error> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "n!" from people.proposal
           where state = 'open' and proposed_by <> $2
             and ($1::bigint[] is null or subject_id = any($1))"#,
        subjects.map(numbers) as Option<Vec<i64>>,
        reader.get(),
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Enters a proposal.
pub(crate) async fn propose(
    tx: &mut Tx,
    (subject, kind): (PersonId, CardKind),
    author: PersonId,
    changes: &[ProposedChange],
    document: &str,
) -> Result<ProposalId, Error> {
    let id = sqlx::query_scalar!(
        "insert into people.proposal (org_id, subject_id, card, proposed_by, changes, document)
         values (kernel.org(), $1, $2, $3, $4, $5) returning proposal_id",
        subject.get(),
        kind.plural(),
        author.get(),
        json!(changes),
        document,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(id.into())
}

/// Decides an open proposal; false where somebody was faster.
pub(crate) async fn decide_proposal(
    tx: &mut Tx,
    id: ProposalId,
    state: ProposalState,
    by: PersonId,
    reason: &str,
) -> Result<bool, Error> {
    let done = sqlx::query!(
        "update people.proposal
         set state = $2, decided_by = $3, decided_at = kernel.now(), reason = $4
         where proposal_id = $1 and state = 'open'",
        id.get(),
        state.code(),
        by.get(),
        reason,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The answers of the school to this author since then, or the one to this
/// proposal; the newest first.
pub(crate) async fn answers(
    tx: &mut Tx,
    (author, id): (Option<PersonId>, Option<ProposalId>),
    since: DateTime<Utc>,
) -> Result<Vec<ProposalAnswer>, Error> {
    let rows = sqlx::query!(
        r#"select n.proposed_by, n.state = 'accepted' as "accepted!", n.reason, n.decided_at as "decided_at!",
                  n.seen_at is null as "unread!", s.last_name, s.first_name, s.middle_name
             from people.proposal n
             join people.person s on s.org_id = n.org_id and s.person_id = n.subject_id
            where n.org_id = kernel.org() and n.state in ('accepted', 'refused') and n.decided_at >= $3
              and ($1::bigint is null or n.proposed_by = $1) and ($2::bigint is null or n.proposal_id = $2)
            order by n.decided_at desc, n.proposal_id desc limit 100"#,
        author.map(PersonId::get),
        id.map(ProposalId::get),
        since,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|it| ProposalAnswer {
            author: it.proposed_by.into(),
            name: format!(
                "{} {} {}",
                it.last_name,
                it.first_name,
                it.middle_name.unwrap_or_default()
            )
            .trim_end()
            .to_owned(),
            accepted: it.accepted,
            reason: it.reason,
            decided_at: it.decided_at,
            unread: it.unread,
        })
        .collect())
}

/// The author has read every answer there is.
pub(crate) async fn read_answers(tx: &mut Tx, author: PersonId) -> Result<(), Error> {
    sqlx::query!(
        "update people.proposal set seen_at = kernel.now()
          where org_id = kernel.org() and proposed_by = $1 and seen_at is null
            and state in ('accepted', 'refused')",
        author.get(),
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
