mod cards;
mod consents;
mod family;
mod lists;
mod rights;
mod search;
mod support;
