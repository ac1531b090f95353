#include "models/fleet/idlist.h"

#include "models/core/words.h"

#include <QByteArrayList>

#include <array>

using namespace Qt::StringLiterals;

namespace drover::fleet {
namespace {

constexpr qsizetype longestLine = 64 * 1024;

/// Fields of one CSV line; quotes hold commas, two quotes are one.
QByteArrayList fieldsOf(const QByteArray &line, char separator)
{
    QByteArrayList fields(1);
    bool quoted = false;
    for (qsizetype i = 0; i < line.size(); ++i) {
        const char c = line.at(i);
        if (c == '"' && quoted && i + 1 < line.size() && line.at(i + 1) == '"')
            fields.last().append(line.at(++i));
        else if (c == '"')
            quoted = !quoted;
        else if (c == separator && !quoted)
            fields.append(QByteArray());
        else
            fields.last().append(c);
    }
    for (QByteArray &field : fields)
        field = field.trimmed();
    return fields;
}

/// The column that a header names, or -1 when the line is no header.
qsizetype columnOf(const QByteArrayList &header)
{
    static constexpr std::array names{
        "deviceid", "device id", "device_id", "registrationid", "registration id", "registration_id"};
    for (const char *name : names) {
        for (qsizetype i = 0; i < header.size(); ++i) {
            if (header.at(i).toLower() == name)
                return i;
        }
    }
    return -1;
}

// Exports of spreadsheets differ; an id that holds a comma or semicolon itself needs quotes.
char separatorOf(const QByteArray &line)
{
    if (line.contains('\t'))
        return '\t';
    return line.contains(';') && !line.contains(',') ? ';' : ',';
}

} // namespace

Result<IdList> readIds(const QByteArray &contents)
{
    IdList list;
    bool isNamed = false;
    int number = 0;
    std::optional<char> separator;
    qsizetype column = 0;
    for (qsizetype from = contents.startsWith("\xef\xbb\xbf") ? 3 : 0; from < contents.size();) {
        const qsizetype end = contents.indexOf('\n', from);
        const QByteArray line = contents.mid(from, (end < 0 ? contents.size() : end) - from).trimmed();
        from = end < 0 ? contents.size() : end + 1;
        ++number;
        if (line.size() > longestLine)
            return fail(ErrorKind::Usage, u"Line %1 of the list is longer than 64 kB."_s.arg(grouped(number)),
                u"Give a text file with one device ID a line, or a CSV file with a deviceId column."_s);
        if (line.isEmpty())
            continue;
        if (!separator) {
            separator = separatorOf(line);
            const qsizetype named = columnOf(fieldsOf(line, *separator));
            column = std::max<qsizetype>(0, named);
            isNamed = named >= 0;
            if (isNamed)
                continue;
        }
        const QByteArrayList fields = fieldsOf(line, *separator);
        const QByteArray id = column < fields.size() ? fields.at(column) : QByteArray();
        list.isFirstOfMany |= !isNamed && fields.size() > 1;
        if (!id.isEmpty())
            list.ids.push_back({id, number});
    }
    return list;
}

} // namespace drover::fleet
