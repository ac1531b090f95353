#include "models/fleet/query.h"

#include <array>

using namespace Qt::StringLiterals;

namespace drover::fleet::query {
namespace {

bool isWordPart(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u'$' || c == u'-';
}

/// Text in quotes; a doubled quote or a backslash keeps the next one. Returns the place behind it, or -1.
qsizetype quoted(const QString &query, qsizetype at, QString &text)
{
    const QChar quote = query.at(at);
    for (++at; at < query.size(); ++at) {
        const QChar c = query.at(at);
        const bool again = c == quote && at + 1 < query.size() && query.at(at + 1) == quote;
        if (again || (c == u'\\' && at + 1 < query.size()))
            text += query.at(++at);
        else if (c == quote)
            return at + 1;
        else
            text += c;
    }
    return -1;
}

QString symbolAt(const QString &query, qsizetype at)
{
    static const std::array<QString, 13> symbols{
        u"!="_s, u"<>"_s, u"<="_s, u">="_s, u"="_s, u"<"_s, u">"_s, u"("_s, u")"_s, u"["_s, u"]"_s, u","_s, u"."_s};
    for (const QString &symbol : symbols) {
        if (query.mid(at, symbol.size()) == symbol)
            return symbol;
    }
    return {};
}

QString run(const QString &query, qsizetype at, bool (*part)(QChar))
{
    qsizetype end = at + 1;
    while (end < query.size() && part(query.at(end)))
        ++end;
    return query.mid(at, end - at);
}

bool isNumberPart(QChar c)
{
    return c.isDigit() || c == u'.' || c == u'e' || c == u'E' || c == u'+' || c == u'-';
}

} // namespace

Failure error(qsizetype column, const QString &what)
{
    return fail(ErrorKind::Usage, u"Column %1 of the query: %2"_s.arg(column + 1).arg(what),
        u"Write for example: tags.site = 'north' and connectionState = 'Connected'"_s);
}

Result<std::vector<Token>> tokens(const QString &query)
{
    std::vector<Token> found;
    for (qsizetype at = 0; at < query.size();) {
        const QChar c = query.at(at);
        const bool negative = c == u'-' && at + 1 < query.size() && query.at(at + 1).isDigit();
        Token token{Token::Kind::Symbol, symbolAt(query, at), at};
        if (c.isSpace()) {
            ++at;
            continue;
        }
        if (c == u'\'' || c == u'"') {
            token = {Token::Kind::Text, {}, at};
            at = quoted(query, at, token.text);
            if (at < 0)
                return error(token.column, u"the text has no closing quote."_s);
        } else if (c.isDigit() || negative) {
            token = {Token::Kind::Number, run(query, at, isNumberPart), at};
            at += token.text.size();
        } else if (c.isLetter() || c == u'_' || c == u'$') {
            token = {Token::Kind::Word, run(query, at, isWordPart), at};
            at += token.text.size();
        } else if (token.text.isEmpty()) {
            return error(at, u"\"%1\" is not expected here."_s.arg(c));
        } else {
            at += token.text.size();
        }
        found.push_back(std::move(token));
    }
    found.push_back({Token::Kind::End, {}, query.size()});
    return found;
}

} // namespace drover::fleet::query
