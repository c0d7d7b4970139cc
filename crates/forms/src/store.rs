//! All SQL of the schema `forms`.

mod below;
mod due;
mod form;

pub(crate) use below::{Submitted, figures_below, submitted_below, sums_below};
pub(crate) use due::{Agreed, owed, set_due};
pub(crate) use form::{
    Decided, NewSubmission, StoredForm, correct, corrections, create, decide, form, form_of, forms,
    hand_in, handed_in, lock_form, recount, sign, submissions, take_back,
};
