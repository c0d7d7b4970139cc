//! Pictures of drawings, with the fonts of the papers.

use std::sync::{Arc, LazyLock};

use resvg::{
    tiny_skia::{Color, Pixmap, Transform},
    usvg::{
        Options, Tree,
        fontdb::{Database, Source},
    },
};

use crate::Error;

/// So many points for a unit of the drawing: sharp on paper and on phones.
const SCALE: f32 = 2.0;
/// No drawing of ours comes near this.
const LARGEST: f32 = 8_000.0;

/// Knows the fonts and nothing of the machine: no file is ever opened.
pub(crate) struct Painter {
    fonts: LazyLock<Arc<Database>>,
}

/// The fonts stay where they are in the program; only their names are read.
fn fonts() -> Arc<Database> {
    let mut fonts = Database::new();
    for font in typst_assets::fonts() {
        fonts.load_font_source(Source::Binary(Arc::new(font)));
    }
    Arc::new(fonts)
}

impl Painter {
    /// The fonts are read when the first drawing comes.
    pub(crate) const fn new() -> Self {
        Self {
            fonts: LazyLock::new(fonts),
        }
    }

    /// On white, as a paper is.
    pub(crate) fn paint(&self, svg: &str) -> Result<Vec<u8>, Error> {
        let options = Options {
            fontdb: Arc::clone(&self.fonts),
            ..Options::default()
        };
        let bad = |what: String| Error::Drawing(what);
        let tree = Tree::from_str(svg, &options).map_err(|it| bad(it.to_string()))?;
        let size = tree.size();
        if size.width() > LARGEST || size.height() > LARGEST {
            return Err(bad("too large".to_owned()));
        }
        let size = size
            .to_int_size()
            .scale_by(SCALE)
            .ok_or_else(|| bad("without a size".to_owned()))?;
        let mut picture = Pixmap::new(size.width(), size.height())
            .ok_or_else(|| bad("without a size".to_owned()))?;
        picture.fill(Color::WHITE);
        let scale = Transform::from_scale(SCALE, SCALE);
        resvg::render(&tree, scale, &mut picture.as_mut());
        picture.encode_png().map_err(|it| bad(it.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 40 20\">\
        <rect width=\"20\" height=\"20\" fill=\"#1f5fbf\"/>\
        <text x=\"22\" y=\"14\" font-family=\"Libertinus Serif\" font-size=\"14\">Ж</text></svg>";

    #[test]
    fn a_drawing_becomes_a_picture_with_its_letters() {
        let bytes = Painter::new().paint(BAR).unwrap();
        let picture = Pixmap::decode_png(&bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (80, 40));
        let at = |x, y| {
            let it = picture.pixel(x, y).unwrap();
            (it.red(), it.green(), it.blue())
        };
        assert_eq!(at(5, 5), (0x1f, 0x5f, 0xbf));
        assert_eq!(at(79, 1), (255, 255, 255));
        let right = (42..80).flat_map(|x| (0..40).map(move |y| (x, y)));
        let dark = right.filter(|it| at(it.0, it.1).0 < 100).count();
        assert!(dark > 20, "the letter is drawn: {dark}");
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        for bad in ["", "<svg", "<html></html>"] {
            assert!(
                matches!(Painter::new().paint(bad), Err(Error::Drawing(_))),
                "{bad}"
            );
        }
    }
}
