//! QR codes as paths of an SVG.

use std::fmt::Write as _;

use qrcode::{Color, QrCode};

/// The dark squares of a QR code as an SVG path, and how many squares a side
/// has. Nothing for a text that no code can hold.
pub fn qr(text: &str) -> (String, usize) {
    let Ok(code) = QrCode::new(text) else {
        return (String::new(), 0);
    };
    let size = code.width();
    let mut path = String::new();
    for (at, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            // Writing to a String does not fail.
            let _ = write!(path, "M{} {}h1v1h-1z", at % size, at / size);
        }
    }
    (path, size)
}

#[cfg(test)]
mod tests {
    use super::qr;

    #[test]
    fn a_code_is_drawn_in_squares() {
        let (path, size) = qr("https://zvonok.example/start/abcdefghjkmn");
        assert!(size > 20 && path.starts_with("M0 0h1v1h-1z"));
        assert_eq!(qr(&"я".repeat(5000)), (String::new(), 0));
    }
}
