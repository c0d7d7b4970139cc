//! Every version as a workbook: what stands in its cells is what was handed in.

use std::{collections::BTreeMap, io::Cursor};

use calamine::{Data, Reader, Xlsx};
use forms::{Version, sheet::Figures, versions};

use crate::support::{DEPUTY, OPERATOR, SECOND, Town, YEAR, actor};

/// The figures of a workbook by place: the codes of columns stand in the row
/// under the title of a section.
fn read(bytes: Vec<u8>, version: &Version) -> Figures {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let name = book.sheet_names().into_iter().next().expect("a sheet");
    let sheet = book.worksheet_range(&name).expect("a sheet");
    let text = |it: &Data| match it {
        Data::String(it) => it.clone(),
        Data::Empty => String::new(),
        other => other.to_string(),
    };
    let mut columns: BTreeMap<usize, String> = BTreeMap::new();
    let mut figures = Figures::new();
    for row in sheet.rows() {
        let [section, code] = [0, 1].map(|at| row.get(at).map(&text).unwrap_or_default());
        let known = version.section(&section);
        if section.is_empty() && code.is_empty() {
            let titles = row.iter().enumerate().skip(3);
            let titles = titles.map(|(at, it)| (at, text(it)));
            columns = titles
                .filter_map(|(at, it)| Some((at, it.split_once(". ")?.0.to_owned())))
                .collect();
        } else if known.is_some() && !code.is_empty() {
            for (at, col) in &columns {
                if let Some(Data::Float(it)) = row.get(*at) {
                    #[expect(clippy::cast_possible_truncation, reason = "figures are whole")]
                    figures.insert(format!("{section}/{code}/{col}"), *it as i64);
                }
            }
        }
    }
    figures
}

/// RPT-3: what a workbook says is what the form says, figure by figure, and on
/// paper stands each section.
#[tokio::test]
async fn every_version_is_read_back() {
    let town = Town::open().await;
    let by = actor(DEPUTY);
    let mut deputy = town.signed_in(DEPUTY);
    for version in versions() {
        let id = town.forms.compute(&by, &version.code, YEAR).await.unwrap();
        town.hand_in(DEPUTY, id).await;
        let form = town.forms.open(&by, id).await.unwrap();
        let frozen = &form.submissions[0].figures;
        assert!(!frozen.is_empty(), "{}", version.code);
        for path in [
            format!("/o/school/reports/forms/{id}?as=xlsx"),
            format!("/o/school/reports/forms/{id}?version=1&as=xlsx"),
        ] {
            let answer = deputy.get(&path).await;
            assert_eq!(answer.status, 200, "{path}");
            let found = read(answer.bytes.to_vec(), version);
            assert_eq!(&found, frozen, "{path}");
        }
    }
}

/// The sum as a workbook has the sums.
#[tokio::test]
async fn the_sum_is_read_back() {
    let town = Town::open().await;
    town.handed_in().await;
    let id = town
        .forms
        .compute(&actor(SECOND), "oo-1", YEAR)
        .await
        .unwrap();
    town.hand_in(SECOND, id).await;
    let operator = actor(OPERATOR);
    let key = ("oo-1", YEAR);
    let sum = town.forms.consolidated(&operator, key, true).await.unwrap();
    let path = "/hub/district/forms/sum?form=oo-1&year=2026&with=handed-in&as=xlsx";
    let answer = town.signed_in(OPERATOR).get(path).await;
    assert_eq!(read(answer.bytes.to_vec(), sum.version), sum.figures);
    let one = "/hub/district/forms/1005?form=oo-1&year=2026&as=xlsx";
    let answer = town.signed_in(OPERATOR).get(one).await;
    let own = town.forms.open(&actor(SECOND), id).await.unwrap();
    assert_eq!(
        read(answer.bytes.to_vec(), sum.version),
        own.submissions[0].figures
    );
}
