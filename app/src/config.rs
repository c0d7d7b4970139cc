//! What an operator sets, from a TOML file and `ZVONOK_*` variables.

use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};
use serde::Deserialize;

/// The configuration; a variable wins over the file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The application's login: owns nothing, row policies bind it.
    pub database_url: Option<String>,
    /// The schema owner's login, for `zvonok migrate` only.
    pub owner_url: Option<String>,
    pub listen: SocketAddr,
    /// Health, readiness and metrics; never reachable from outside.
    pub ops_listen: Option<SocketAddr>,
    /// The address in browsers, such as `https://zvonok.example`.
    pub public_url: String,
    /// The folder of uploaded files.
    pub files: PathBuf,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub proxies: Vec<IpAddr>,
    pub connections: u32,
    /// Serve over a server without data checksums: a disk that fails quietly
    /// goes unnoticed then.
    pub accept_no_checksums: bool,
    /// The name of the system on prints (S2:4.5).
    pub system: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            database_url: None,
            owner_url: None,
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            ops_listen: Some(SocketAddr::from(([127, 0, 0, 1], 8081))),
            public_url: "http://127.0.0.1:8080".to_owned(),
            files: PathBuf::from("files"),
            proxies: vec![],
            connections: 16,
            accept_no_checksums: false,
            system: "Звонок".to_owned(),
        }
    }
}

const KEYS: [&str; 10] = [
    "database_url",
    "owner_url",
    "listen",
    "ops_listen",
    "public_url",
    "files",
    "proxies",
    "connections",
    "accept_no_checksums",
    "system",
];

impl Config {
    /// Reads the file, then the variables, and checks what can be checked
    /// without a database.
    pub fn load(file: Option<&Path>) -> anyhow::Result<Self> {
        let text = match file {
            Some(file) => std::fs::read_to_string(file)
                .with_context(|| format!("cannot read the configuration {}", file.display()))?,
            None => String::new(),
        };
        let config = Self::from_parts(&text, |key| std::env::var(key).ok())?;
        config.check()?;
        Ok(config)
    }

    fn from_parts(text: &str, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let mut table: toml::Table = text.parse().context("the configuration is not TOML")?;
        if let Some(url) = variable("DATABASE_URL") {
            table.insert("database_url".to_owned(), url.into());
        }
        for key in KEYS {
            let Some(value) = variable(&format!("ZVONOK_{}", key.to_uppercase())) else {
                continue;
            };
            let value = match key {
                "connections" => value
                    .parse::<i64>()
                    .with_context(|| format!("ZVONOK_CONNECTIONS is not a number: {value}"))?
                    .into(),
                "accept_no_checksums" => value
                    .parse::<bool>()
                    .with_context(|| {
                        format!("ZVONOK_ACCEPT_NO_CHECKSUMS is neither true nor false: {value}")
                    })?
                    .into(),
                "proxies" => value
                    .split(',')
                    .map(|it| it.trim().to_owned())
                    .collect::<Vec<_>>()
                    .into(),
                _ => value.into(),
            };
            table.insert(key.to_owned(), value);
        }
        table
            .try_into()
            .context("the configuration does not make sense")
    }

    fn check(&self) -> anyhow::Result<()> {
        let local = self.listen.ip().is_loopback();
        if !self.is_https() && !local {
            bail!(
                "public_url is {}, but passwords travel: serve behind TLS (https://…) or listen on 127.0.0.1",
                self.public_url
            );
        }
        if self
            .ops_listen
            .is_some_and(|it| it.port() == self.listen.port() && it.port() != 0)
        {
            bail!("ops_listen and listen are the same port");
        }
        if self.connections == 0 {
            bail!("connections must be at least 1");
        }
        Ok(())
    }

    /// What the server must promise.
    pub fn durability(&self) -> db::Durability {
        if self.accept_no_checksums {
            db::Durability::KeptUnchecked
        } else {
            db::Durability::Kept
        }
    }

    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str, variables: &[(&str, &str)]) -> anyhow::Result<Config> {
        let config = Config::from_parts(text, |key| {
            variables
                .iter()
                .find(|it| it.0 == key)
                .map(|it| it.1.to_owned())
        })?;
        config.check()?;
        Ok(config)
    }

    #[test]
    fn a_variable_wins_over_the_file() {
        let config = load("connections = 4", &[("ZVONOK_CONNECTIONS", "7")]).unwrap();
        assert_eq!(config.connections, 7);
        assert_eq!(config.durability(), db::Durability::Kept);
        let accepted = load("", &[("ZVONOK_ACCEPT_NO_CHECKSUMS", "true")]).unwrap();
        assert_eq!(accepted.durability(), db::Durability::KeptUnchecked);
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_start() {
        assert!(load("conections = 4", &[]).is_err(), "a misspelt key");
        assert!(
            load("listen = \"0.0.0.0:80\"", &[]).is_err(),
            "passwords in the clear"
        );
        assert!(load("ops_listen = \"127.0.0.1:8080\"", &[]).is_err());
        assert!(load("", &[("ZVONOK_CONNECTIONS", "many")]).is_err());
        assert!(load("", &[("ZVONOK_ACCEPT_NO_CHECKSUMS", "maybe")]).is_err());
        assert!(
            load(
                "listen = \"0.0.0.0:80\"\npublic_url = \"https://z.example\"",
                &[]
            )
            .is_ok()
        );
    }
}
