#pragma once

#include "models/core/json.h"

#include <array>
#include <limits>

namespace drover::plan {

/// The document; `twice` becomes the name of the first member that an object of it has twice, which readers would take
/// for one thing here and for another there.
std::optional<Json> parseOnce(const QByteArray &text, QString &twice);

/// Reads values of a document that nobody vouches for. The first thing that is wrong is kept as a sentence; from then
/// on every answer is empty, so that callers read straight on and ask once at the end.
class DocumentReader final {
public:
    bool failed() const { return !m_wrong.isEmpty(); }
    const QString &wrong() const { return m_wrong; }
    void refuse(const QString &what);

    /// Members of an object, or elements of a row; `name` also names the value in the sentence.
    const Json &object(const Json &from, const char *name);
    const Json &array(const Json &from, const char *name);
    QString text(const Json &from, const char *name);
    bool flag(const Json &from, const char *name);
    double number(const Json &from, const char *name, double least, double most);
    qint64 integer(const Json &from, const char *name, qint64 least, qint64 most = std::numeric_limits<qint64>::max());

    /// A row of exactly so many columns.
    bool isRow(const Json &row, size_t columns, const char *name);
    QString textAt(const Json &row, size_t column, const char *name);
    qint64 integerAt(const Json &row, size_t column, const char *name, qint64 least, qint64 most);

    template <typename Enum, size_t count>
    Enum word(const QString &text, const std::array<const char *, count> &names, const char *name)
    {
        for (size_t i = 0; i < count; ++i) {
            if (text == QLatin1StringView(names[i]))
                return static_cast<Enum>(i);
        }
        refuse(QStringLiteral("its %1 is none that is known").arg(QLatin1StringView(name)));
        return static_cast<Enum>(0);
    }

    template <typename IdType>
    IdType id(const QString &text, const char *name)
    {
        const std::optional<IdType> parsed = IdType::parse(text);
        if (!parsed)
            refuse(QStringLiteral("its %1 is not one").arg(QLatin1StringView(name)));
        return parsed.value_or(IdType());
    }

private:
    const Json &value(const Json &from, const char *name);
    QString textOfValue(const Json &json, const char *name);
    qint64 integerOfValue(const Json &json, const char *name, qint64 least, qint64 most);

    QString m_wrong;
};

} // namespace drover::plan
