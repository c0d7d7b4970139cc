-- Letters to parents about what became of what they proposed to change in a card.
alter table messaging.wish add column cards boolean not null default true;
comment on column messaging.wish.cards is 'answers to what a family proposed to change in cards';
