#include "models/core/json.h"

namespace drover {

std::optional<Json> parseJson(const QByteArray &text)
{
    Json json = Json::parse(text.cbegin(), text.cend(), nullptr, false);
    return json.is_discarded() ? std::nullopt : std::optional(std::move(json));
}

QByteArray toBytes(const Json &json, int indent)
{
    return QByteArray::fromStdString(json.dump(indent, ' ', false, Json::error_handler_t::replace));
}

const Json *member(const Json &object, const char *name)
{
    if (!object.is_object())
        return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::optional<QString> textOf(const Json *json)
{
    if (json == nullptr || !json->is_string())
        return std::nullopt;
    return QString::fromStdString(json->get_ref<const std::string &>());
}

QString textMember(const Json &object, const char *name)
{
    return textOf(member(object, name)).value_or(QString());
}

std::string toStd(const QString &text)
{
    return text.toStdString();
}

} // namespace drover
