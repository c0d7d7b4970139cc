//! Signed tokens: RS256 and ES256, and nothing else. A token chooses neither
//! «none» nor a shared secret.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde::{Deserialize, de::DeserializeOwned};

use super::Distrust;

/// The public keys of the provider (RFC 7517).
#[derive(Debug, Deserialize)]
pub(super) struct Keys {
    keys: Vec<Key>,
}

#[derive(Debug, Deserialize)]
struct Key {
    kty: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default, rename = "use")]
    purpose: Option<String>,
    #[serde(default)]
    crv: Option<String>,
    #[serde(default)]
    n: Option<String>,
    #[serde(default)]
    e: Option<String>,
    #[serde(default)]
    x: Option<String>,
    #[serde(default)]
    y: Option<String>,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
}

impl Keys {
    /// Whether the key that the token names is among these.
    pub(super) fn know(&self, token: &str) -> bool {
        head(token).is_ok_and(|head| self.candidates(&head).next().is_some())
    }

    /// What the token says, if one of the keys signed it.
    ///
    /// # Errors
    /// [`Distrust::Signature`], [`Distrust::Senseless`].
    pub(super) fn open<T: DeserializeOwned>(&self, token: &str) -> Result<T, Distrust> {
        let head = head(token)?;
        let (signed, mark) = token.rsplit_once('.').ok_or(Distrust::Signature)?;
        let mark = decode(mark)?;
        let fits = self
            .candidates(&head)
            .any(|it| it.verify(&head.alg, signed.as_bytes(), &mark));
        if !fits {
            return Err(Distrust::Signature);
        }
        let claims = signed.split('.').nth(1).ok_or(Distrust::Signature)?;
        serde_json::from_slice(&decode(claims)?).map_err(|_| Distrust::Senseless("claims"))
    }

    fn candidates<'a>(&'a self, head: &'a Head) -> impl Iterator<Item = &'a Key> {
        self.keys.iter().filter(|it| {
            let named = head.kid.is_none() || it.kid == head.kid;
            named && it.purpose.as_deref().is_none_or(|it| it == "sig")
        })
    }
}

impl Key {
    /// The algorithm must be that of the key: a token cannot talk one key into another's.
    fn verify(&self, alg: &str, signed: &[u8], mark: &[u8]) -> bool {
        match (alg, self.kty.as_str()) {
            ("RS256", "RSA") => {
                let (Some(n), Some(e)) = (part(self.n.as_deref()), part(self.e.as_deref())) else {
                    return false;
                };
                RsaPublicKeyComponents { n, e }
                    .verify(&signature::RSA_PKCS1_2048_8192_SHA256, signed, mark)
                    .is_ok()
            }
            ("ES256", "EC") if self.crv.as_deref() == Some("P-256") => {
                let (Some(x), Some(y)) = (part(self.x.as_deref()), part(self.y.as_deref())) else {
                    return false;
                };
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)
                    .verify(signed, mark)
                    .is_ok()
            }
            _ => false,
        }
    }
}

fn head(token: &str) -> Result<Head, Distrust> {
    let text = token.split('.').next().unwrap_or_default();
    serde_json::from_slice(&decode(text)?).map_err(|_| Distrust::Senseless("the head of a token"))
}

fn part(text: Option<&str>) -> Option<Vec<u8>> {
    BASE64.decode(text?).ok()
}

fn decode(text: &str) -> Result<Vec<u8>, Distrust> {
    BASE64
        .decode(text)
        .map_err(|_| Distrust::Senseless("base64"))
}
