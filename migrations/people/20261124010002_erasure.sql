-- Lines of a card go when its time of keeping is over (152-FZ).
grant delete on people.record to zvonok_app;
