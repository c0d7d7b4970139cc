use rand::{Rng, RngCore, SeedableRng, rngs::StdRng};

/// Chance that is the same for the same seed.
pub(crate) struct Dice(StdRng);

impl Dice {
    /// Dice of their own for one purpose, so that a change in one part of
    /// the data leaves the other parts as they were.
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Self(StdRng::seed_from_u64(
            seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ purpose,
        ))
    }

    /// A number in `0..n`; `n` is not 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let wide = u64::from(self.0.next_u32()) * n as u64;
        (wide >> 32) as usize
    }

    /// A number from `from` to `to`, both included.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        from + self.below((to - from + 1) as usize) as i64
    }

    /// True in `percent` of 100 cases.
    pub(crate) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent as usize
    }

    /// True in so many of 100,000 cases.
    pub(crate) fn rarely(&mut self, of_100_000: usize) -> bool {
        self.below(100_000) < of_100_000
    }

    /// About normally distributed around 0 with deviation 1.
    pub(crate) fn bell(&mut self) -> f64 {
        let sum: f64 = (0..4).map(|_| self.0.random::<f64>()).sum();
        (sum - 2.0) * 1.732
    }

    /// One of them; the list is not empty.
    pub(crate) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// One of them, the earlier the likelier: lists begin with what is common.
    pub(crate) fn pick_common<T: Copy>(&mut self, list: &[T]) -> T {
        let at = self.below(list.len()).min(self.below(list.len()));
        list[at]
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
    }

    /// So many digits, the first not 0.
    pub(crate) fn digits(&mut self, count: usize) -> String {
        let mut digits = String::with_capacity(count);
        for at in 0..count {
            let digit = if at == 0 {
                1 + self.below(9)
            } else {
                self.below(10)
            };
            digits.push(char::from(b'0' + digit as u8));
        }
        digits
    }
}
