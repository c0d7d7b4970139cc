//! What a browser loads, as it goes over the wire.

use std::collections::BTreeSet;

use anyhow::Result;

use super::{
    contract::Server,
    http::{Client, Request},
    pages::ok,
    table::{Bar, Figure},
};

const KILOBYTE: f64 = 1000.0;

/// The journal page alone, and the first visit of the diary with everything it refers to.
pub(super) fn measure(server: &Server) -> Result<Vec<Figure>> {
    let mut client = server.client()?;
    let grid = page(&mut client, server, "grid")?;
    let mut first_visit = page(&mut client, server, "diary_week")?;
    for address in referred(&plain_page(server)?) {
        first_visit += weight(&mut client, &Request::get(&address))?;
    }
    Ok(vec![
        Figure::held(
            "journal page, packed",
            grid / KILOBYTE,
            "kB",
            Bar::AtMost(25.0),
        ),
        Figure::held(
            "diary, first visit with everything",
            first_visit / KILOBYTE,
            "kB",
            Bar::AtMost(100.0),
        ),
    ])
}

fn page(client: &mut Client, server: &Server, key: &str) -> Result<f64> {
    weight(
        client,
        &Request::get(server.text(key)?).with_cookie(server.cookie(key)),
    )
}

fn weight(client: &mut Client, request: &Request<'_>) -> Result<f64> {
    let answer = ok(client, request)?;
    let bytes = u32::try_from(answer.head + answer.body.len())?;
    Ok(f64::from(bytes))
}

/// The diary's text, not packed, to see what it refers to.
fn plain_page(server: &Server) -> Result<String> {
    let mut client = server.client()?.without_packing();
    let request = Request::get(server.text("diary_week")?).with_cookie(server.cookie("diary_week"));
    Ok(String::from_utf8_lossy(&ok(&mut client, &request)?.body).into_owned())
}

/// Addresses under `/assets/` that a browser loads by itself; each once, without `#part`.
fn referred(page: &str) -> BTreeSet<String> {
    let values = page
        .split(['"', '\''])
        .filter(|it| it.starts_with("/assets/"));
    values
        .map(|it| it.split('#').next().unwrap_or(it).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::referred;

    #[test]
    fn each_address_counts_once() {
        let page = "<link href='/assets/a.css'><use href='/assets/i.svg#x'/><use href='/assets/i.svg#y'/><a href='/o/1'>";
        assert_eq!(
            referred(page).into_iter().collect::<Vec<_>>(),
            ["/assets/a.css", "/assets/i.svg"]
        );
    }
}
