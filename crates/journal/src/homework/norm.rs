/// How long the homework of one day may take in a grade, in minutes
/// (СП 2.4.3648-20, 3.4.16); grade 1 has none.
pub const fn norm_minutes(grade: i16) -> i16 {
    match grade {
        i16::MIN..=1 => 0,
        2 | 3 => 90,
        4 | 5 => 120,
        6..=8 => 150,
        _ => 210,
    }
}

#[cfg(test)]
mod tests {
    use super::norm_minutes;

    #[test]
    fn the_norm_follows_the_grade() {
        let all: Vec<i16> = (1..=11).map(norm_minutes).collect();
        assert_eq!(all, [0, 90, 90, 120, 120, 150, 150, 150, 210, 210, 210]);
    }
}
