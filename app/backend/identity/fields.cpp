#include "app/backend/identity/fields.h"

using namespace Qt::StringLiterals;

namespace drover::backend {
namespace {

const nlohmann::ordered_json nothing = nlohmann::ordered_json::object();

} // namespace

Fields::Fields(const nlohmann::ordered_json &object, QString place, std::optional<Error> &trouble)
    : m_object(object.is_object() ? object : nothing)
    , m_place(std::move(place))
    , m_trouble(trouble)
{
}

QString Fields::nameOf(const char *name) const
{
    const QString member = QString::fromUtf8(name);
    return m_place.isEmpty() ? member : m_place + u'.' + member;
}

void Fields::complain(const char *name, const QString &why) const
{
    if (!m_trouble)
        m_trouble = Error{.kind = ErrorKind::Malformed,
            .what = u"\"%1\" %2."_s.arg(nameOf(name), why),
            .remedy = u"Correct that member, or write the file anew: drover-azure --endpoints FILE makes one."_s};
}

QString Fields::text(const char *name) const
{
    const QString value = optionalText(name);
    if (value.isEmpty())
        complain(name, has(name) ? u"must be a text that is not empty"_s : u"is missing"_s);
    return value;
}

QString Fields::optionalText(const char *name, const QString &otherwise) const
{
    const auto member = m_object.find(name);
    if (member == m_object.end() || member->is_null())
        return otherwise;
    if (!member->is_string()) {
        complain(name, u"must be a text"_s);
        return otherwise;
    }
    return QString::fromStdString(member->get<std::string>());
}

std::optional<double> Fields::optionalNumber(const char *name) const
{
    const auto member = m_object.find(name);
    if (member == m_object.end() || member->is_null())
        return std::nullopt;
    if (!member->is_number()) {
        complain(name, u"must be a number"_s);
        return std::nullopt;
    }
    return member->get<double>();
}

QByteArray Fields::key(const char *name) const
{
    const QByteArray value = text(name).toLatin1();
    const auto decoded = QByteArray::fromBase64Encoding(value, QByteArray::AbortOnBase64DecodingErrors);
    if (!value.isEmpty() && (!decoded || decoded.decoded.isEmpty()))
        complain(name, u"is not a key: it must be base64"_s);
    return value;
}

Fields Fields::object(const char *name) const
{
    const auto member = m_object.find(name);
    if (member == m_object.end() || !member->is_object()) {
        complain(name, has(name) ? u"must be an object"_s : u"is missing"_s);
        return {nothing, nameOf(name), m_trouble};
    }
    return {*member, nameOf(name), m_trouble};
}

std::vector<Fields> Fields::array(const char *name) const
{
    std::vector<Fields> entries;
    const auto member = m_object.find(name);
    if (member == m_object.end() || !member->is_array()) {
        complain(name, has(name) ? u"must be a list"_s : u"is missing"_s);
        return entries;
    }
    for (const auto &entry : *member)
        entries.push_back({entry, u"%1[%2]"_s.arg(nameOf(name)).arg(entries.size()), m_trouble});
    return entries;
}

} // namespace drover::backend
