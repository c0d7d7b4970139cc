use async_trait::async_trait;
use db::Tx;
use kernel::{Actor, Fault, Reaches, Right};

use crate::{Field, Query, Value};

/// The rows of a source, each with the values of [`Query::fields`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub rows: Vec<Vec<Value>>,
    /// There are more than [`Query::most`].
    pub cut: bool,
}

impl Rows {
    /// The values of these things, as many as are asked for.
    pub fn of<T>(
        query: &Query<'_>,
        things: impl IntoIterator<Item = T>,
        value: impl Fn(&T, &str) -> Value,
    ) -> Self {
        let mut answer = Self::default();
        for it in things {
            if answer.rows.len() == query.most {
                answer.cut = true;
                break;
            }
            let values = query.fields.iter().map(|field| value(&it, field.code));
            answer.rows.push(values.collect());
        }
        answer
    }
}

/// A domain that has rows for reports.
#[async_trait]
pub trait ReportSource: Send + Sync {
    /// The name in definitions and words: `pupils`.
    fn code(&self) -> &'static str;
    /// Who has it sees rows, as far as it reaches.
    fn right(&self) -> Right;
    /// Everything that can be asked for, in the order of the form.
    fn fields(&self) -> &'static [Field];
    /// The rows within the actor's reach, in few statements whose number does
    /// not grow with the rows.
    ///
    /// # Errors
    /// The actor lacks [`ReportSource::right`]; the database.
    async fn rows(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        query: &Query<'_>,
    ) -> Result<Rows, Box<dyn Fault>>;

    /// The fields that the actor may use. A field that is not among them is
    /// not there for the actor, wherever it is named.
    fn open_fields(&self, actor: &Actor) -> Vec<&'static Field> {
        let rows = actor.reaches(self.right());
        if rows == Reaches::NONE {
            return vec![];
        }
        let all = self.fields().iter();
        all.filter(|it| it.is_open(actor, rows)).collect()
    }
}
