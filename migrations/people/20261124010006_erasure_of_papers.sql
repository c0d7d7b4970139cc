-- Scans of consents go when the time of the card is over (152-FZ).
grant delete on people.consent_file to zvonok_app;
