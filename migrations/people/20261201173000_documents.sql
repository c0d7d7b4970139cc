-- Documents of other states and other kinds (PPL-1, PPL-2): what kind a document
-- is and of which country, and the code of the office that issued a passport.
-- Where no kind is stored it is the Russian document, as all were before.
alter table people.restricted_field
    drop constraint restricted_field_known,
    add constraint restricted_field_known check (field in
        ('passport_kind', 'passport', 'passport_country', 'passport_issued_on', 'passport_issued_by',
         'passport_department',
         'birth_certificate_kind', 'birth_certificate', 'birth_certificate_country',
         'birth_certificate_issued_on', 'birth_certificate_issued_by',
         'snils', 'inn', 'medical_policy_kind', 'medical_policy', 'medical_insurer', 'health_group',
         'pe_group', 'diseases', 'social_status', 'deviant_behaviour'));
