//! «Смотреть как…»: with the eyes of another one looks and does nothing.

use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{Failure, Refused, visit::Context};

/// What may be sent nevertheless: the way out, and how this browser shows pages.
const MAY_SEND: [&str; 3] = ["/my/looking/end", "/logout", "/settings/look"];
/// One's own pages that are no more than a view of the lessons. Letters,
/// settings, password and second factor are their owner's alone.
const MAY_OPEN: [&str; 5] = [
    "/my/day",
    "/my/diary/",
    "/my/homework/",
    "/my/exams",
    "/my/preschool",
];

/// Refuses every change and every private page, and has the others noted. A page that nobody was
/// asked for stays as cheap as it was: the session is looked at behind the handler that asked for
/// it. A change is looked at before.
pub(super) async fn only_look(request: Request, next: Next) -> Response {
    let context = match Context::of_request(request.extensions()) {
        Ok(it) => it,
        Err(failure) => return failure.into_response(),
    };
    let path = request.uri().path().to_owned();
    if !request.method().is_safe() {
        return match context.me().await {
            Ok(Some(me)) if me.bounds.looking.is_some() && !MAY_SEND.contains(&path.as_str()) => {
                Failure::from(Refused::LOOKING).into_response()
            }
            Ok(_) => next.run(request).await,
            Err(failure) => failure.into_response(),
        };
    }
    let answer = next.run(request).await;
    let Some(me) = context.asked().filter(|it| it.bounds.looking.is_some()) else {
        return answer;
    };
    if is_private(&path) {
        return Failure::from(Refused::LOOKING_PRIVATE).into_response();
    }
    if let Err(fault) = context.settings.gate.looked(&me, &path).await {
        return Failure::boxed(fault).into_response();
    }
    answer
}

fn is_private(path: &str) -> bool {
    let open = MAY_OPEN.iter().any(|it| path.starts_with(it));
    let mail = path
        .strip_prefix("/o/")
        .and_then(|it| it.split('/').nth(1))
        .is_some_and(|it| it == "mail");
    mail || (path.starts_with("/my/") && !open)
}

#[cfg(test)]
mod tests {
    use super::is_private;

    #[test]
    fn what_belongs_to_its_owner_alone_is_closed() {
        for private in [
            "/my/settings",
            "/my/password",
            "/my/factor",
            "/my/mail/3",
            "/o/g7/mail",
        ] {
            assert!(is_private(private), "{private}");
        }
        for open in ["/my/day", "/my/diary/week", "/o/g7/", "/o/g7/journal"] {
            assert!(!is_private(open), "{open}");
        }
    }
}
