mod cards;
mod consents;
mod deadlines;
mod family;
mod lists;
mod rights;
mod search;
mod support;
