//! The pages of the journal and the diary.

mod absence;
mod acknowledgement;
mod asked;
mod attendance;
mod card;
mod changes;
mod control;
mod corrections;
mod corrections_view;
mod diary;
mod file;
mod finals;
mod finals_view;
mod grid;
mod home;
mod homework;
mod lesson;
mod print;
mod progress;
mod reason;
mod remark;
mod school_day;
mod sheet_file;
mod stream;
mod summary;
mod view;
mod works;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use kernel::Clock;
use web::Views;

use crate::Journal;

/// Every route of this domain.
pub const ROUTES: &[(&str, &str)] = &[
    ("GET", "/o/{org}/"),
    ("GET", "/o/{org}/journal"),
    ("GET", "/o/{org}/journal/{class}/{subject}"),
    ("POST", "/o/{org}/journal/ops"),
    ("POST", "/o/{org}/journal/view"),
    ("GET", "/o/{org}/journal/{class}/{subject}/print"),
    ("GET", "/o/{org}/journal/{class}/{subject}/file"),
    ("POST", "/o/{org}/journal/{class}/{subject}/file"),
    ("GET", "/o/{org}/journal/{class}/summary"),
    ("GET", "/o/{org}/people/pupils/{id}/charts"),
    ("GET", "/o/{org}/journal/{class}/{subject}/changes"),
    ("GET", "/o/{org}/journal/{class}/{subject}/stream"),
    ("GET", "/o/{org}/journal/cell"),
    ("POST", "/o/{org}/journal/cell"),
    ("GET", "/o/{org}/journal/lesson/{lesson}"),
    ("POST", "/o/{org}/journal/lesson/{lesson}"),
    ("POST", "/o/{org}/journal/lesson/{lesson}/rolled"),
    ("GET", "/o/{org}/attendance"),
    ("GET", "/o/{org}/attendance/day"),
    ("GET", "/o/{org}/journal/{class}/attendance"),
    ("POST", "/o/{org}/journal/{class}/attendance"),
    (
        "POST",
        "/o/{org}/journal/{class}/attendance/{document}/withdraw",
    ),
    (
        "POST",
        "/o/{org}/journal/{class}/attendance/{document}/files",
    ),
    (
        "GET",
        "/o/{org}/journal/{class}/attendance/{document}/files/{file}",
    ),
    (
        "POST",
        "/o/{org}/journal/{class}/attendance/{document}/files/{file}/remove",
    ),
    ("POST", "/o/{org}/journal/{class}/notices/{notice}/accept"),
    ("POST", "/o/{org}/journal/{class}/notices/{notice}/refuse"),
    (
        "GET",
        "/o/{org}/journal/{class}/notices/{notice}/files/{file}",
    ),
    ("GET", "/o/{org}/control/filling"),
    ("POST", "/o/{org}/control/looked"),
    ("GET", "/o/{org}/journal/remarks"),
    ("GET", "/o/{org}/journal/remarks/new"),
    ("POST", "/o/{org}/journal/remarks/new"),
    ("POST", "/o/{org}/journal/remarks/{remark}/answer"),
    ("POST", "/o/{org}/journal/remarks/{remark}/close"),
    ("GET", "/my/absence"),
    ("POST", "/my/absence"),
    ("GET", "/o/{org}/journal/lesson/{lesson}/works"),
    ("POST", "/o/{org}/journal/lesson/{lesson}/works"),
    ("GET", "/o/{org}/journal/{class}/{subject}/finals"),
    ("POST", "/o/{org}/journal/{class}/{subject}/finals"),
    ("GET", "/o/{org}/journal/{class}/finals"),
    ("POST", "/o/{org}/journal/{class}/finals"),
    ("GET", "/o/{org}/journal/{class}/finals/acknowledgements"),
    ("POST", "/o/{org}/journal/finals/ops"),
    ("GET", "/o/{org}/journal/corrections"),
    ("GET", "/o/{org}/journal/corrections/new"),
    ("POST", "/o/{org}/journal/corrections/new"),
    ("POST", "/o/{org}/journal/corrections/decide"),
    ("POST", "/o/{org}/journal/corrections/read"),
    ("GET", "/my/day"),
    ("GET", "/my/diary/week"),
    ("GET", "/my/diary/marks"),
    ("GET", "/my/diary/finals"),
    ("POST", "/my/diary/finals"),
    ("GET", "/my/diary/attendance"),
    ("GET", "/my/diary/tests"),
    ("GET", "/my/notifications"),
    ("POST", "/my/notifications"),
    ("GET", "/my/homework/{lesson}"),
    ("POST", "/my/homework/{lesson}"),
    ("POST", "/my/homework/{lesson}/done"),
    ("POST", "/my/homework/{lesson}/files/{file}/remove"),
    ("GET", "/o/{org}/homework/files/{file}"),
    ("GET", "/o/{org}/journal/lesson/{lesson}/homework"),
    ("POST", "/o/{org}/journal/lesson/{lesson}/homework"),
    ("POST", "/o/{org}/journal/lesson/{lesson}/homework/files"),
    (
        "POST",
        "/o/{org}/journal/lesson/{lesson}/homework/files/{file}/remove",
    ),
    ("POST", "/o/{org}/journal/lesson/{lesson}/homework/copy"),
    (
        "POST",
        "/o/{org}/journal/lesson/{lesson}/homework/answers/{pupil}",
    ),
];

#[derive(Clone)]
struct Pages {
    journal: Journal,
    views: Views,
    clock: Arc<dyn Clock>,
}

/// The routes of this domain, ready to be merged by the app.
pub fn router(journal: Journal, views: Views, clock: Arc<dyn Clock>) -> Router {
    Router::new()
        .route("/o/{org}/", get(home::home))
        .route("/o/{org}/journal", get(home::journals))
        .route("/o/{org}/journal/{class}/{subject}", get(grid::grid))
        .route("/o/{org}/journal/ops", post(grid::operations))
        .route(
            "/o/{org}/journal/{class}/{subject}/changes",
            get(changes::changes),
        )
        .route(
            "/o/{org}/journal/{class}/{subject}/stream",
            get(stream::stream),
        )
        .route("/o/{org}/journal/cell", get(card::card).post(card::save))
        .route(
            "/o/{org}/journal/lesson/{lesson}",
            get(lesson::form).post(lesson::save),
        )
        .merge(sheet_routes())
        .merge(attendance_routes())
        .merge(control_routes())
        .route(
            "/my/absence",
            get(absence::form)
                .post(absence::send)
                .layer(web::large_body()),
        )
        .route(
            "/o/{org}/journal/lesson/{lesson}/works",
            get(works::works).post(works::save),
        )
        .route(
            "/o/{org}/journal/{class}/{subject}/finals",
            get(finals::of_subject).post(finals::save_subject),
        )
        .route(
            "/o/{org}/journal/{class}/finals",
            get(finals::of_class).post(finals::save_class),
        )
        .route(
            "/o/{org}/journal/{class}/finals/acknowledgements",
            get(acknowledgement::page),
        )
        .route("/o/{org}/journal/finals/ops", post(finals::operations))
        .route("/o/{org}/journal/corrections", get(corrections::list))
        .route(
            "/o/{org}/journal/corrections/new",
            get(corrections::form).post(corrections::ask_for),
        )
        .route(
            "/o/{org}/journal/corrections/decide",
            post(corrections::decide),
        )
        .route("/o/{org}/journal/corrections/read", post(corrections::read))
        .route("/my/day", get(diary::day))
        .route("/my/diary/week", get(diary::week))
        .route("/my/diary/marks", get(diary::marks))
        .route(
            "/my/diary/finals",
            get(diary::finals).post(diary::acknowledge),
        )
        .route("/my/diary/attendance", get(diary::attendance))
        .route("/my/diary/tests", get(diary::tests))
        .route(
            "/my/notifications",
            get(diary::notifications).post(diary::read_notifications),
        )
        .merge(homework_routes())
        .with_state(Pages {
            journal,
            views,
            clock,
        })
}

/// The journal on paper and in files, and how it is seen (JRN-1, JRN-8).
fn sheet_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/journal/view", post(grid::choose))
        .route("/o/{org}/journal/{class}/{subject}/print", get(print::page))
        .route(
            "/o/{org}/journal/{class}/{subject}/file",
            get(sheet_file::download)
                .post(sheet_file::upload)
                .layer(web::large_body()),
        )
        .route("/o/{org}/journal/{class}/summary", get(summary::page))
        .route("/o/{org}/people/pupils/{id}/charts", get(progress::show))
}

/// Who is there, and why not (JRN-4).
fn attendance_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/o/{org}/journal/lesson/{lesson}/rolled",
            post(attendance::rolled),
        )
        .route("/o/{org}/attendance", get(attendance::entry))
        .route("/o/{org}/attendance/day", get(school_day::page))
        .route(
            "/o/{org}/journal/{class}/attendance",
            get(attendance::page)
                .post(reason::save)
                .layer(web::large_body()),
        )
        .route(
            "/o/{org}/journal/{class}/attendance/{document}/files",
            post(reason::file::attach).layer(web::large_body()),
        )
        .route(
            "/o/{org}/journal/{class}/attendance/{document}/files/{file}",
            get(reason::file::download),
        )
        .route(
            "/o/{org}/journal/{class}/attendance/{document}/files/{file}/remove",
            post(reason::file::detach),
        )
        .route(
            "/o/{org}/journal/{class}/attendance/{document}/withdraw",
            post(reason::withdraw),
        )
        .route(
            "/o/{org}/journal/{class}/notices/{notice}/accept",
            post(reason::accept),
        )
        .route(
            "/o/{org}/journal/{class}/notices/{notice}/refuse",
            post(reason::refuse),
        )
        .route(
            "/o/{org}/journal/{class}/notices/{notice}/files/{file}",
            get(reason::file::of_notice),
        )
}

/// What the journals lack, and what is said about it (JRN-6).
fn control_routes() -> Router<Pages> {
    Router::new()
        .route("/o/{org}/control/filling", get(control::filling))
        .route("/o/{org}/control/looked", post(control::looked))
        .route("/o/{org}/journal/remarks", get(remark::list))
        .route(
            "/o/{org}/journal/remarks/new",
            get(remark::new).post(remark::make),
        )
        .route(
            "/o/{org}/journal/remarks/{remark}/answer",
            post(remark::answer),
        )
        .route(
            "/o/{org}/journal/remarks/{remark}/close",
            post(remark::close),
        )
}

fn homework_routes() -> Router<Pages> {
    Router::new()
        .route(
            "/my/homework/{lesson}",
            get(homework::answer::page)
                .post(homework::answer::hand_in)
                .layer(web::large_body()),
        )
        .route("/my/homework/{lesson}/done", post(homework::answer::tick))
        .route(
            "/my/homework/{lesson}/files/{file}/remove",
            post(homework::answer::take_back),
        )
        .route("/o/{org}/homework/files/{file}", get(file::of_homework))
        .route(
            "/o/{org}/journal/lesson/{lesson}/homework",
            get(homework::homework).post(homework::set_minutes),
        )
        .route(
            "/o/{org}/journal/lesson/{lesson}/homework/files",
            post(homework::attach).layer(web::large_body()),
        )
        .route(
            "/o/{org}/journal/lesson/{lesson}/homework/files/{file}/remove",
            post(homework::detach),
        )
        .route(
            "/o/{org}/journal/lesson/{lesson}/homework/copy",
            post(homework::copy),
        )
        .route(
            "/o/{org}/journal/lesson/{lesson}/homework/answers/{pupil}",
            post(homework::check),
        )
}

impl Pages {
    /// Today, where the organisation of the path is.
    fn today(&self, visit: &web::Visit) -> chrono::NaiveDate {
        visit.day_of(self.clock.now())
    }
}
