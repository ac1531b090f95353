#include "app/cli/terminal.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <string>

#ifdef Q_OS_UNIX
#include <sys/ioctl.h>
#include <unistd.h>
#endif

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

constexpr int plainLinesEveryMs = 3000;

bool isTerminal(FILE *stream)
{
#ifdef Q_OS_UNIX
    return ::isatty(::fileno(stream)) == 1;
#else
    Q_UNUSED(stream)
    return false;
#endif
}

int terminalWidth()
{
#ifdef Q_OS_UNIX
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col;
#endif
    return 80;
}

void put(FILE *stream, const QString &text)
{
    const QByteArray utf8 = text.toUtf8();
    std::fwrite(utf8.constData(), 1, static_cast<size_t>(utf8.size()), stream);
    std::fflush(stream);
}

/// Text from files and services must not steer the terminal; the colors that painted() gives may stay.
QString harmless(const QString &text)
{
    QString safe;
    safe.reserve(text.size());
    for (qsizetype at = 0; at < text.size(); ++at) {
        const QChar c = text.at(at);
        const bool color = c == u'\x1b' && (QStringView(text).mid(at + 1, 3) == u"[0m" || (QStringView(text).mid(at + 1, 2) == u"[3" && QStringView(text).mid(at + 4, 1) == u"m"));
        safe.append(c.category() == QChar::Other_Control && c != u'\n' && !color ? QChar(u'?') : c);
    }
    return safe;
}

QString sentence(QString text)
{
    text = text.trimmed();
    return text.isEmpty() || QStringView(u".!?:").contains(text.back()) ? text : text + u'.';
}

} // namespace

ExitCode exitCodeOf(const Error &error)
{
    switch (error.kind) {
    case ErrorKind::Usage:
        return Usage;
    case ErrorKind::Blocked:
        return Blocked;
    default:
        return Failed;
    }
}

Terminal::Terminal(bool json, bool color)
    : m_json(json)
    , m_tty(!json && isTerminal(stdout))
    , m_color(color && m_tty && qEnvironmentVariableIsEmpty("NO_COLOR"))
{
}

bool Terminal::canAsk() const
{
    return !m_json && m_tty && isTerminal(stdin);
}

void Terminal::line(const QString &text)
{
    clearProgress();
    put(stdout, harmless(text) + u'\n');
}

void Terminal::object(const Json &object)
{
    put(stdout, QString::fromUtf8(toBytes(object)) + u'\n');
}

void Terminal::table(const std::vector<Column> &columns, const std::vector<QStringList> &rows)
{
    std::vector<qsizetype> widths;
    for (const Column &column : columns)
        widths.push_back(column.title.size());
    for (const QStringList &row : rows)
        for (size_t at = 0; at < columns.size(); ++at)
            widths[at] = std::max(widths[at], row.value(static_cast<qsizetype>(at)).size());
    const auto print = [&](const QStringList &cells) {
        QString text;
        for (size_t at = 0; at < columns.size(); ++at) {
            const QString cell = cells.value(static_cast<qsizetype>(at));
            text += columns[at].number ? cell.rightJustified(widths[at]) : cell.leftJustified(widths[at]);
            text += u"  "_s;
        }
        while (text.endsWith(u' '))
            text.chop(1);
        line(text);
    };
    QStringList titles;
    for (const Column &column : columns)
        titles.append(column.title);
    print(titles);
    std::ranges::for_each(rows, print);
}

void Terminal::progress(const QString &text)
{
    if (m_json)
        return;
    if (m_tty) {
        put(stdout, u"\r\x1b[K"_s + harmless(text).left(terminalWidth() - 1));
        m_progressShown = true;
        return;
    }
    if (m_sinceProgress.isValid() && m_sinceProgress.elapsed() < plainLinesEveryMs)
        return;
    m_sinceProgress.start();
    line(text);
}

void Terminal::clearProgress()
{
    if (m_progressShown)
        put(stdout, u"\r\x1b[K"_s);
    m_progressShown = false;
}

std::optional<QString> Terminal::ask(const QString &question)
{
    clearProgress();
    put(stdout, harmless(question) + u' ');
    std::string typed;
    if (!std::getline(std::cin, typed))
        return {};
    return QString::fromStdString(typed).trimmed();
}

ExitCode Terminal::error(const Error &error)
{
    clearProgress();
    put(stderr, u"droverctl: %1%2\n"_s.arg(sentence(harmless(error.what)),
                    error.remedy.isEmpty() ? QString() : u' ' + sentence(harmless(error.remedy))));
    return exitCodeOf(error);
}

void Terminal::note(const QString &text)
{
    clearProgress();
    put(stderr, u"droverctl: "_s + sentence(harmless(text)) + u'\n');
}

QString Terminal::painted(fleet::Tone tone, const QString &text) const
{
    constexpr std::array codes = {0, 32, 36, 33, 31};
    const int code = codes.at(static_cast<size_t>(tone));
    return m_color && code ? u"\x1b[%1m%2\x1b[0m"_s.arg(code).arg(text) : text;
}

} // namespace drover::cli
