"""What the staff pages share: rights, navigation, downloads, QR codes and the words of dates."""
