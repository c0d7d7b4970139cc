//! What an administrator can do about an error of the mail server.

/// What is wrong, as far as the words of the error tell it: the code of the
/// advice in `messaging.trouble.<code>`.
pub(crate) fn trouble(said: &str) -> Option<&'static str> {
    let signs: [(&str, &[&str]); 6] = [
        (
            "certificate",
            &["invalid peer certificate", "invalid certificate"],
        ),
        ("no-tls", &["STARTTLS is not supported"]),
        (
            "not-tls",
            &["InvalidContentType", "corrupt message", "CorruptMessage"],
        ),
        (
            "login",
            &[
                "(530)",
                "(534)",
                "(535)",
                "(538)",
                "No compatible authentication mechanism",
            ],
        ),
        ("address", &["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10"]),
        (
            "away",
            &[
                "Connection refused",
                "timed out",
                "Connection timeout",
                "failed to lookup",
                "No route to host",
                "unreachable",
            ],
        ),
    ];
    let found = signs
        .iter()
        .find(|(_, words)| words.iter().any(|it| said.contains(it)));
    found.map(|(code, _)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_errors_have_an_advice() {
        let vectors = [
            (
                "Connection error: invalid peer certificate: UnknownIssuer",
                Some("certificate"),
            ),
            (
                "internal client error: STARTTLS is not supported on this server",
                Some("no-tls"),
            ),
            (
                "permanent error (535): 5.7.8 authentication failed",
                Some("login"),
            ),
            (
                "permanent error (550): 5.1.1 no such mailbox",
                Some("address"),
            ),
            (
                "Connection error: Connection refused (os error 111)",
                Some("away"),
            ),
            ("transient error (451): 4.3.0 not now", None),
            ("permanent error (554): 5.7.1 looks like spam", None),
            ("", None),
        ];
        for (said, code) in vectors {
            assert_eq!(trouble(said), code, "{said}");
        }
    }
}
