//! Drawings alone: any chart of any page is had as SVG or PNG. A page names
//! its drawing, `<svg id="draw-ranks" …>`, and links to itself with
//! `draw=ranks.svg`; handlers know nothing of it.

use crate::table::download;
use axum::response::Response;

/// The colours where the style sheet of the site does not reach.
const STYLE: &str = include_str!("drawing.css");
/// No drawing has a longer name.
const LONGEST: usize = 24;

/// A drawing to be handed out.
#[derive(Clone, Debug)]
pub struct Drawing {
    /// Of the file, without its end.
    pub name: String,
    pub svg: String,
}

/// The drawing that somebody wants of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    name: String,
    /// As points; otherwise as it is.
    pub(super) png: bool,
}

impl Wanted {
    /// What a query asks for: `draw=ranks.png`.
    pub(super) fn of(query: &str) -> Option<Self> {
        let draw = query.split('&').find_map(|it| it.strip_prefix("draw="))?;
        let (name, end) = draw.split_once('.')?;
        let is_plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-';
        if name.is_empty() || name.len() > LONGEST || !name.bytes().all(is_plain) {
            return None;
        }
        let png = match end {
            "svg" => false,
            "png" => true,
            _ => return None,
        };
        Some(Self {
            name: name.to_owned(),
            png,
        })
    }

    /// The drawing of that name on the page at `path`; none where there is none.
    pub(super) fn find(&self, page: &str, path: &str) -> Option<Drawing> {
        let id = page.find(&format!("id=\"draw-{}\"", self.name))?;
        let start = page[..id].rfind("<svg ")?;
        let end = start + page[start..].find("</svg>")? + "</svg>".len();
        let last = path.rsplit('/').find(|it| !it.is_empty());
        Some(Drawing {
            name: format!("{}-{}", last.unwrap_or("zvonok"), self.name),
            svg: dressed(&page[start..end]),
        })
    }
}

impl Drawing {
    pub(super) fn svg(self) -> Response {
        download(
            &format!("{}.svg", self.name),
            "image/svg+xml",
            self.svg.into_bytes(),
        )
    }
}

/// A drawing of a page with colours of its own.
pub fn dressed(svg: &str) -> String {
    match svg.split_once('>') {
        Some((tag, rest)) => format!("{tag}><style>{STYLE}</style>{rest}"),
        None => svg.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = r#"<main><svg class="icon"><path d="M0"/></svg>
        <svg class="chart" id="draw-ranks"><text>7Б</text></svg><svg class="heat-map" id="draw-heat"></svg></main>"#;

    #[test]
    fn a_drawing_is_found_by_its_name() {
        let wanted = Wanted::of("class=5&draw=ranks.png").unwrap();
        assert!(wanted.png);
        let found = wanted.find(PAGE, "/o/g7/reports/classes").unwrap();
        assert_eq!(found.name, "classes-ranks");
        assert!(
            found
                .svg
                .starts_with(r#"<svg class="chart" id="draw-ranks"><style>"#)
        );
        assert!(found.svg.ends_with("<text>7Б</text></svg>"));
        let other = Wanted::of("draw=line.svg").unwrap();
        assert!(other.find(PAGE, "/").is_none());
    }

    #[test]
    fn a_query_asks_for_nothing_else() {
        for query in [
            "",
            "as=pdf",
            "draw=",
            "draw=.svg",
            "draw=ranks",
            "draw=ranks.gif",
            "draw=%22.svg",
            "draw=Ranks.svg",
            "draw=a-name-that-is-longer-than-any.svg",
            "withdraw=ranks.svg",
        ] {
            assert_eq!(Wanted::of(query), None, "{query}");
        }
    }
}
