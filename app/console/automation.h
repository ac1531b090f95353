#pragma once

#include <QObject>
#include <QTimer>

class QWidget;

namespace drover::console {

/// Tells tests and assistive scripts what is on the screen: a JSON file with name, text, place and state of each named widget.
class Automation final : public QObject {
    Q_OBJECT

public:
    explicit Automation(QString file, QObject *parent = nullptr);

private:
    void write() const;

    QString m_file;
    QTimer m_timer;
};

} // namespace drover::console
