#pragma once

// nlohmann's traits ask Qt's comparison operators, which need qfloat16 to be complete.
#include <QByteArray>
#include <QFloat16>
#include <QString>

#include <nlohmann/json.hpp>

#include <optional>

namespace drover {

/// Members keep their order: what is read, changed and written again differs in the change alone.
using Json = nlohmann::ordered_json;

/// Absent when the text is not JSON.
std::optional<Json> parseJson(const QByteArray &text);
/// Never throws: text that is no UTF-8 is replaced.
QByteArray toBytes(const Json &json, int indent = -1);

/// The member of an object, or nullptr when it is absent, null, or this is no object.
const Json *member(const Json &object, const char *name);
/// The text of a string, absent for anything else.
std::optional<QString> textOf(const Json *json);
/// The text of a string member, empty when there is none.
QString textMember(const Json &object, const char *name);

std::string toStd(const QString &text);

} // namespace drover
