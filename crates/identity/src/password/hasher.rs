use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::{sync::Semaphore, time::timeout};

use super::Password;
use crate::Error;

/// 19 MiB, two passes, one lane: the least that OWASP recommends.
const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Who waits beyond these is told to come later.
const QUEUE: usize = 200;
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(5);

fn argon2() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| Error::Hashing)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The string to keep for a password. Takes a noticeable time on purpose: in
/// a request it goes through the service, which keeps the queue short. Public
/// for the demonstration data, whose accounts share one hash.
///
/// # Errors
/// The system gave no randomness or no memory.
pub fn hash_password(password: &Password) -> Result<String, Error> {
    let hash = argon2()?
        .hash_password(password.normal().as_bytes())
        .map_err(|_| Error::Hashing)?;
    Ok(hash.to_string())
}

fn verify(password: &Password, hash: &str) -> Result<bool, Error> {
    let hash = PasswordHash::new(hash).map_err(|_| Error::Hashing)?;
    // The parameters of the kept hash count, not those of today.
    Ok(argon2()?
        .verify_password(password.normal().as_bytes(), &hash)
        .is_ok())
}

/// Hashes beside the async threads, a few at a time.
#[derive(Clone)]
pub(crate) struct Hasher {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    /// Of no password: what an unknown login is compared with, so that it
    /// takes as long as a known one.
    dummy: Arc<str>,
}

impl Hasher {
    pub(crate) fn new() -> Result<Self, Error> {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Ok(Self {
            permits: Arc::new(Semaphore::new(2 * cores)),
            waiting: Arc::new(AtomicUsize::new(0)),
            dummy: hash_password(&Password::new(crate::token::random()?))?.into(),
        })
    }

    /// Whether it is the password behind the hash; never for no hash, in the
    /// same time.
    pub(crate) async fn verify(
        &self,
        password: &Password,
        hash: Option<&str>,
    ) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.map_or_else(|| Arc::clone(&self.dummy), Arc::from);
        let password = password.clone();
        let same = self.work(move || verify(&password, &hash)).await?;
        Ok(known && same)
    }

    pub(crate) async fn hash(&self, password: &Password) -> Result<String, Error> {
        let password = password.clone();
        self.work(move || hash_password(&password)).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _place = Place::take(&self.waiting)?;
        let permit = timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned()).await;
        let Ok(Ok(permit)) = permit else {
            return Err(Error::Busy);
        };
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        done.await.map_err(|_| Error::Hashing)?
    }
}

/// A place in the queue, given back however the work ends.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(waiting: &'a AtomicUsize) -> Result<Self, Error> {
        let place = Self(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) < QUEUE {
            Ok(place)
        } else {
            Err(Error::Busy)
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let hasher = Hasher::new().unwrap();
        let right = Password::new("синий трактор");
        let hash = hasher.hash(&right).await.unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(hasher.verify(&right, Some(&hash)).await.unwrap());
        assert!(
            !hasher
                .verify(&Password::new("синий"), Some(&hash))
                .await
                .unwrap()
        );
        assert!(!hasher.verify(&right, None).await.unwrap());
    }

    #[test]
    fn a_full_queue_refuses_and_empties_again() {
        let waiting = AtomicUsize::new(0);
        let places: Vec<_> = (0..QUEUE).map(|_| Place::take(&waiting).unwrap()).collect();
        assert!(matches!(Place::take(&waiting), Err(Error::Busy)));
        drop(places);
        assert_eq!(waiting.load(Ordering::Relaxed), 0);
    }
}
