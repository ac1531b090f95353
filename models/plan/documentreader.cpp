#include "models/plan/documentreader.h"

#include <set>
#include <string>
#include <vector>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

const Json nothing;
const Json noRows = Json::array();

} // namespace

std::optional<Json> parseOnce(const QByteArray &text, QString &twice)
{
    // Names of the objects that are open, outermost first.
    std::vector<std::set<std::string>> open;
    const auto look = [&open, &twice](int, Json::parse_event_t event, Json &value) {
        if (event == Json::parse_event_t::object_start)
            open.emplace_back();
        else if (event == Json::parse_event_t::object_end)
            open.pop_back();
        else if (event == Json::parse_event_t::key && twice.isEmpty()
            && !open.back().insert(value.get<std::string>()).second)
            twice = QString::fromStdString(value.get<std::string>());
        return true;
    };
    Json json = Json::parse(text.cbegin(), text.cend(), look, false);
    return json.is_discarded() ? std::nullopt : std::optional(std::move(json));
}

void DocumentReader::refuse(const QString &what)
{
    if (m_wrong.isEmpty())
        m_wrong = what;
}

const Json &DocumentReader::value(const Json &from, const char *name)
{
    const Json *found = failed() ? nullptr : member(from, name);
    if (found == nullptr)
        refuse(u"its %1 is missing"_s.arg(QLatin1StringView(name)));
    return found ? *found : nothing;
}

const Json &DocumentReader::object(const Json &from, const char *name)
{
    const Json &found = value(from, name);
    if (!found.is_object())
        refuse(u"its %1 is no object"_s.arg(QLatin1StringView(name)));
    return found;
}

const Json &DocumentReader::array(const Json &from, const char *name)
{
    const Json &found = value(from, name);
    if (found.is_array())
        return found;
    refuse(u"its %1 is no list"_s.arg(QLatin1StringView(name)));
    return noRows;
}

QString DocumentReader::textOfValue(const Json &json, const char *name)
{
    const std::optional<QString> text = textOf(&json);
    if (!text)
        refuse(u"its %1 is no text"_s.arg(QLatin1StringView(name)));
    return text.value_or(QString());
}

qint64 DocumentReader::integerOfValue(const Json &json, const char *name, qint64 least, qint64 most)
{
    const bool fits = json.is_number_integer()
        && !(json.is_number_unsigned()
            && json.get<quint64>() > static_cast<quint64>(std::numeric_limits<qint64>::max()));
    const qint64 number = fits ? json.get<qint64>() : 0;
    if (!fits || number < least || number > most) {
        refuse(u"its %1 is out of range"_s.arg(QLatin1StringView(name)));
        return std::max<qint64>(0, least);
    }
    return number;
}

QString DocumentReader::text(const Json &from, const char *name)
{
    return textOfValue(value(from, name), name);
}

bool DocumentReader::flag(const Json &from, const char *name)
{
    const Json &found = value(from, name);
    if (!found.is_boolean())
        refuse(u"its %1 is neither true nor false"_s.arg(QLatin1StringView(name)));
    return found.is_boolean() && found.get<bool>();
}

double DocumentReader::number(const Json &from, const char *name, double least, double most)
{
    const Json &found = value(from, name);
    const double number = found.is_number() ? found.get<double>() : least - 1;
    if (number >= least && number <= most)
        return number;
    refuse(u"its %1 is out of range"_s.arg(QLatin1StringView(name)));
    return least;
}

qint64 DocumentReader::integer(const Json &from, const char *name, qint64 least, qint64 most)
{
    return integerOfValue(value(from, name), name, least, most);
}

bool DocumentReader::isRow(const Json &row, size_t columns, const char *name)
{
    const bool right = row.is_array() && row.size() == columns;
    if (!right)
        refuse(u"a row of its %1 has another shape"_s.arg(QLatin1StringView(name)));
    return right && !failed();
}

QString DocumentReader::textAt(const Json &row, size_t column, const char *name)
{
    return textOfValue(row[column], name);
}

qint64 DocumentReader::integerAt(const Json &row, size_t column, const char *name, qint64 least, qint64 most)
{
    return integerOfValue(row[column], name, least, most);
}

} // namespace drover::plan
