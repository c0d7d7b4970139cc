-- A portfolio goes with the card (152-FZ).
grant delete on portfolio.entry, portfolio.entry_file to zvonok_app;
