-- Papers, letters and answers of a pupil go when the journal's time of keeping
-- is over (152-FZ); marks and absences stay, without the name.
grant delete on journal.absence_document, journal.absence_file, journal.absence_notice, journal.notice_file,
    journal.answer, journal.answer_file to zvonok_app;
