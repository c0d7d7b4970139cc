-- Letters to whoever left are not kept (152-FZ).
grant delete on messaging.letter, messaging.unreachable, messaging.wish to zvonok_app;
