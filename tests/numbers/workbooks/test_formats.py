import pytest

from sim.numbers.workbooks.formats import BUILTIN, plain, section_for, sections, shown

DATES = {14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47}


def test_every_builtin_format_is_known():
    assert set(range(23)) | set(range(37, 50)) <= set(BUILTIN)


@pytest.mark.parametrize("number", [*range(23), *range(37, 50)])
def test_builtin_formats_are_read_as_excel_shows_them(number):
    code = BUILTIN[number]
    assert all(section.date for section in sections(code)) == (number in DATES)
    if number not in DATES:
        percent, dollars = number in (9, 10), number in (5, 6, 7, 8, 42, 44)
        for value, digits in ((1234.5, "1234.5"), (-7.0, "-7"), (0.0, "0")):
            expected = {1234.5: "123450%", -7.0: "-700%", 0.0: "0%"}[value] if percent else digits
            assert shown(code, value) == f"{'$' if dollars else ''}{expected}"


SHOWN = [
    # percentages, real and written out
    ("0%", 0.12, "12%"),
    ("0.0%", 0.07, "7%"),
    ("0.00 %", 1.5, "150%"),
    ('0"%"', 12, "12%"),
    (r"0\%", 12, "12%"),
    (r"0.0\ \%", 12.5, "12.5%"),
    ('0" %"', 12, "12%"),
    ('"%"0', 12, "12%"),
    ('[Red]-0.0"%";[Blue]0.0%', -0.5, "-50%"),
    ('0.0%;-0.0%;"-"', 0, "0%"),
    ("0.0%;[Red]-0.0%;;@", 0, "0%"),
    ('[>1]0"%";0%', 12, "12%"),
    ('[>1]0"%";0%', 0.12, "12%"),
    ("[<=1]0%;0", 30, "30"),
    ("0_%", 12, "12"),
    ("0*%", 12, "12"),
    ('0" bp"', 50, "50bp"),
    # euros, German and French
    ('#,##0.00\\ "€"', 1200, "€1200"),
    ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', 1200.5, "€1200.5"),
    ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', -3, "€-3"),
    ('_-* #,##0.00\\ "€"_-;\\-* #,##0.00\\ "€"_-;_-* "-"??\\ "€"_-;_-@_-', 0, "€0"),
    ("[$€-407] #,##0.00", 5, "€5"),
    ("#,##0.00\\ [$€-407];[Red]\\-#,##0.00\\ [$€-407]", -5, "€-5"),
    ("#,##0\\ [$€-40C]", 5, "€5"),
    ("[$€-2]\\ #,##0.00", 5, "€5"),
    ("#,##0.00 [$EUR]", 5, "EUR 5"),
    ('#,##0.00 "EUR"', 5, "EUR 5"),
    ("[$EUR ]#,##0.00_-", 5, "EUR 5"),
    ("€#,##0;(€#,##0)", -5, "€-5"),
    # Swiss, British, American
    ('"CHF" #,##0.00', 5, "CHF 5"),
    ('_ "CHF"\\ * #,##0.00_ ;_ "CHF"\\ * \\-#,##0.00_ ;_ "CHF"\\ * "-"??_ ;_ @_ ', 5, "CHF 5"),
    ("[$CHF-807]\\ #,##0.00", 5, "CHF 5"),
    ("CHF #,##0.–", 5, "CHF 5"),
    ("[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", -5, "£-5"),
    ('"£"#,##0', 5, "£5"),
    ("[$$-409]#,##0.00_);([$$-409]#,##0.00)", -5, "$-5"),
    ("$#,##0.00", 5, "$5"),
    (r"\$#,##0.00", 5, "$5"),
    ("USD #,##0", 5, "USD 5"),
    ("[$USD] #,##0", 5, "USD 5"),
    # Indian, Japanese, Polish
    ('[>=10000000]"₹"##\\,##\\,##\\,##0;[>=100000]"₹"##\\,##\\,##0;"₹"##,##0', 12345678, "₹12345678"),
    ('[>=10000000]"₹"##\\,##\\,##\\,##0;[>=100000]"₹"##\\,##\\,##0;"₹"##,##0', 250000, "₹250000"),
    ('[>=10000000]"₹"##\\,##\\,##\\,##0;[>=100000]"₹"##\\,##\\,##0;"₹"##,##0', 99, "₹99"),
    ("[$₹-4009]\\ #,##,##0.00", 5, "₹5"),
    ("[$₹-hi-IN] #,##0", 5, "₹5"),
    ("[$¥-411]#,##0", 5, "¥5"),
    ('#,##0.00\\ "zł"', 5, "zł 5"),
    ("#,##0.00 zł", 5, "zł 5"),
    ("#,##0.00\\ [$zł-415]", 5, "zł 5"),
    # no currency, whatever the letters
    ("[$-409]#,##0", 5, "5"),
    ("[$R$-416]\\ #,##0.00", 5, "R$ 5"),
    # scaled: the value counts; words that nothing scales: what is shown counts
    ('0.0,"k"', 12000, "12000"),
    ('$#,##0.0,,"M"', 1200000, "$1200000"),
    ("#,##0,", 12000, "12000"),
    ("#,##0,.00", 12000, "12000"),
    ('0"k"', 12, "12k"),
    ('$0.0"M"', 1.2, "$1.2M"),
    ('0 "k€"', 12, "€12k"),
    ('0.0,, "Mio. €"', 1200000, "€1200000"),
    ('0"K"', 12, "12K"),
    ('"K" 0', 12, "K12"),
    ('0 "years"', 2, "2 years"),
    ('0 "months"', 2, "2 months"),
    ('0.0 "hrs"', 2, "2 hours"),
    ('0.00"x"', 1.2, "1.2x"),
    ('0"％"', 12, "12%"),
    # others
    ("General", 1200, "1200"),
    ("[Red]General", 0.5, "0.5"),
    ("0.00E+00", 12000, "12000"),
    ("# ?/?", 0.5, "0.5"),
    (";;;", 5, "5"),
    ('0;-0;"none"', 0, "0"),
    ("000-00-0000", 123456789, "123456789"),
    ("0;0;0;0;0", 5, "5"),
    ("@", 5, "5"),
    ('"unclosed 0', 5, "5"),
    ("[[[", 5, "5"),
]


@pytest.mark.parametrize(("code", "value", "text"), SHOWN)
def test_a_number_is_written_with_the_unit_that_its_format_shows(code, value, text):
    assert not section_for(code, value).date
    assert shown(code, float(value)) == text


@pytest.mark.parametrize(
    ("code", "sign"), [("[$Rp-421]#,##0", "Rp"), ("#,##0\\ [$kr-41D]", "kr"), ("[$Kč-405] 0", "Kč"), ('0 "Ft"', "Ft")]
)
def test_a_sign_that_numbers_are_read_with_is_handed_on(code, sign):
    assert shown(code, 5.0) == f"{sign} 5"


@pytest.mark.parametrize(
    ("code", "text", "beside"),
    [
        ('0.0"‰"', "5", "‰"),
        ('#,##0 "users"', "5", "users"),
        ('0.0 "Mio. €"', "€5", "Mio."),
        ('0 "T€"', "€5", "T"),
        ('0.0 "million"', "5", "million"),
        ('$0.0 "m"', "$5", "m"),
        ('0 "000"', "5", "000"),
        ('0 "days"', "5", "days"),
        ('0"."0', "5", "."),
        (r"0\,00", "5", ","),
        ('0"x"0', "5", "x"),
        ('0"万"', "5", "万"),
        ('0" / year"', "5", "/ year"),
        ('"about "0', "5", "about"),
        ('0.0" % p.a."', "5%", "p.a."),
        ('0.0"%/a"', "5%", "/a"),
        ('"under 100%: "0', "5", "under 100%:"),
        ('"USD" $0', "USD 5", ""),
        ('0.0,,"million users"', "5", "users"),
        ('0.0,"M"', "5", "M"),
        ('0.0,, "k"', "5", "k"),
        ('0.0,"%"', "5", "%"),
        ('0, "years"', "5", "years"),
        ('0 "-" ;-0 "-"', "5", ""),
    ],
)
def test_words_that_are_no_unit_are_told_beside_the_number(code, text, beside):
    cell = shown(code, 5.0)
    assert (cell, cell.beside) == (text, beside)


@pytest.mark.parametrize(
    "code",
    [
        "yyyy-mm-dd",
        "dd.mm.yyyy",
        "[$-407]d. mmmm yyyy;@",
        "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy",
        'yyyy"年"m"月"d"日"',
        "yyyy年m月d日",
        '[$-411]ggge"年"m"月"d"日";@',
        "h:mm AM/PM",
        "[h]:mm:ss",
        "[mm]:ss.0",
        "mm:ss.000",
        "d/m/yy\\ h:mm",
        "[Red]mmm-yy",
        "MMM",
        'yyyy-mm-dd\\Thh:mm:ss"Z"',
        "0.0;yyyy",
    ],
)
def test_dates_and_times_are_told_from_numbers(code):
    assert section_for(code, -1.0).date


@pytest.mark.parametrize(("value", "text"), [(1.125, "1.125"), (-1.12, "-1.12"), (3.0, "3"), (1e-7, "1e-07")])
def test_numbers_keep_their_digits(value, text):
    assert plain(value) == text
    assert shown('"€"0.00', value) == f"€{text}"


def test_a_section_with_a_condition_shows_what_it_holds_for():
    code = '[=1]0" one";[<>2]0" other";0" two"'
    assert [section_for(code, value).after for value in (1.0, 2.0, 3.0)] == [("one",), ("two",), ("other",)]
