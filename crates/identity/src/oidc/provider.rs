//! The provider as the configuration names it, and what it says of somebody.

use std::sync::Arc;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::{DateTime, Duration, Utc};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;
use web::form::encode;

use super::{
    Distrust,
    http::{Send, ask},
    signed::Keys,
};

/// What the provider tells of itself is asked again after so long.
const FRESH: Duration = Duration::hours(1);
/// Clocks may differ by so much.
const DRIFT: i64 = 60;
/// A token older than this answers nothing of today.
const OLDEST: i64 = 600;

/// How to reach the provider; from the configuration.
#[derive(Clone)]
pub struct ProviderSetup {
    /// As on the button: «ЕСИА».
    pub name: String,
    pub issuer: String,
    pub client_id: String,
    pub client_secret: Option<String>,
    /// Our address that the provider sends people back to.
    pub redirect: String,
}

/// A provider of identities. Cheap to clone.
#[derive(Clone)]
pub struct Provider {
    pub(crate) setup: Arc<ProviderSetup>,
    known: Arc<Mutex<Option<Known>>>,
}

/// What the provider tells of itself.
struct Known {
    at: DateTime<Utc>,
    metadata: Metadata,
    keys: Keys,
}

#[derive(Clone, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    userinfo_endpoint: Option<String>,
}

/// Where to send somebody, and what to expect back.
pub(crate) struct Way {
    pub(crate) address: String,
}

/// Somebody whom the provider vouches for.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) subject: String,
    /// How the provider calls the person.
    pub(crate) label: String,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    #[serde(default)]
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Card {
    sub: String,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

impl Provider {
    pub fn new(setup: ProviderSetup) -> Self {
        Self {
            setup: Arc::new(setup),
            known: Arc::default(),
        }
    }

    /// The address to send somebody to.
    pub(crate) async fn way(
        &self,
        state: &str,
        nonce: &str,
        verifier: &str,
        now: DateTime<Utc>,
    ) -> Result<Way, Distrust> {
        let metadata = self.metadata(now).await?;
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        let start = metadata.authorization_endpoint;
        let joint = if start.contains('?') { '&' } else { '?' };
        let fields = [
            ("response_type", "code"),
            ("scope", "openid profile"),
            ("client_id", self.setup.client_id.as_str()),
            ("redirect_uri", self.setup.redirect.as_str()),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", challenge.as_str()),
            ("code_challenge_method", "S256"),
        ];
        Ok(Way {
            address: format!("{start}{joint}{}", form(&fields)),
        })
    }

    /// Changes the code for who it is of. Every claim is checked here.
    pub(crate) async fn who(
        &self,
        code: &str,
        verifier: &str,
        nonce: &str,
        now: DateTime<Utc>,
    ) -> Result<Who, Distrust> {
        let metadata = self.metadata(now).await?;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", self.setup.redirect.as_str()),
            ("client_id", self.setup.client_id.as_str()),
            ("code_verifier", verifier),
        ];
        let basic =
            self.setup.client_secret.as_ref().map(|it| {
                STANDARD.encode(format!("{}:{}", encode(&self.setup.client_id), encode(it)))
            });
        let send = Send::Post {
            form: &form(&fields),
            basic: basic.as_deref(),
        };
        let answer = ask(&metadata.token_endpoint, send).await?;
        let tokens: Tokens =
            serde_json::from_slice(&answer).map_err(|_| Distrust::Senseless("tokens"))?;
        let claims = self.claims(&tokens.id_token, now).await?;
        self.check(&claims, nonce, now)?;
        let mut label = claims.name;
        if let (Some(address), Some(access)) = (&metadata.userinfo_endpoint, &tokens.access_token) {
            let send = Send::Get {
                bearer: Some(access),
            };
            let card: Card = serde_json::from_slice(&ask(address, send).await?)
                .map_err(|_| Distrust::Senseless("the card of a person"))?;
            if card.sub != claims.sub {
                return Err(Distrust::Swapped);
            }
            label = card.name.or(label);
        }
        let label: String = label.unwrap_or_default().chars().take(200).collect();
        Ok(Who {
            subject: claims.sub,
            label,
        })
    }

    fn check(&self, it: &Claims, nonce: &str, now: DateTime<Utc>) -> Result<(), Distrust> {
        let now = now.timestamp();
        let ours = &self.setup.client_id;
        if it.iss != self.setup.issuer {
            return Err(Distrust::Issuer);
        }
        let for_us = match &it.aud {
            Audience::One(one) => one == ours,
            Audience::Many(many) => {
                many.contains(ours) && (many.len() == 1 || it.azp.as_ref() == Some(ours))
            }
        };
        if !for_us || it.azp.as_ref().is_some_and(|it| it != ours) {
            return Err(Distrust::Audience);
        }
        if it.exp + DRIFT <= now || it.iat - DRIFT > now || it.iat + OLDEST < now {
            return Err(Distrust::Time);
        }
        if it.nonce.as_deref() != Some(nonce) {
            return Err(Distrust::Nonce);
        }
        if it.sub.is_empty() || it.sub.len() > 255 {
            return Err(Distrust::Senseless("a subject"));
        }
        Ok(())
    }

    /// Keys change: an unknown one is looked for once more.
    async fn claims(&self, token: &str, now: DateTime<Utc>) -> Result<Claims, Distrust> {
        let mut known = self.known.lock().await;
        if known.as_ref().is_some_and(|it| !it.keys.know(token)) {
            *known = Some(self.learn(now).await?);
        }
        match known.as_ref() {
            Some(it) => it.keys.open(token),
            None => Err(Distrust::Signature),
        }
    }

    async fn metadata(&self, now: DateTime<Utc>) -> Result<Metadata, Distrust> {
        let mut known = self.known.lock().await;
        if let Some(it) = known.as_ref().filter(|it| now < it.at + FRESH) {
            return Ok(it.metadata.clone());
        }
        let learnt = self.learn(now).await?;
        let metadata = learnt.metadata.clone();
        *known = Some(learnt);
        Ok(metadata)
    }

    async fn learn(&self, now: DateTime<Utc>) -> Result<Known, Distrust> {
        let base = self.setup.issuer.trim_end_matches('/');
        let get = || Send::Get { bearer: None };
        let answer = ask(&format!("{base}/.well-known/openid-configuration"), get()).await?;
        let metadata: Metadata =
            serde_json::from_slice(&answer).map_err(|_| Distrust::Senseless("metadata"))?;
        if metadata.issuer != self.setup.issuer {
            return Err(Distrust::Issuer);
        }
        let answer = ask(&metadata.jwks_uri, get()).await?;
        let keys = serde_json::from_slice(&answer).map_err(|_| Distrust::Senseless("keys"))?;
        Ok(Known {
            at: now,
            metadata,
            keys,
        })
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", encode(value)))
        .collect();
    pairs.join("&")
}
