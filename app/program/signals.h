#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>
#include <optional>

namespace drover::program {

/// SIGINT and SIGTERM (Ctrl-C, a session that ends) while this lives. Does nothing where there are no signals.
class Signals final : public QObject {
    Q_OBJECT

public:
    /// With a code the second signal leaves at once with it, as a crash would; without one it changes nothing.
    explicit Signals(std::optional<int> codeOfTheSecond = std::nullopt, QObject *parent = nullptr);
    ~Signals() override;

Q_SIGNALS:
    /// The first signal came: somebody wants the program to end.
    void asked();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace drover::program
